namespace MultiPanel.Simulator.Control;

/// <summary>Parameters of a fault; which ones it needs, <see cref="FaultCommands"/> says.</summary>
internal sealed record FaultRequest
{
    public string? Method { get; init; }

    public string? Path { get; init; }

    public string? Node { get; init; }

    public int? Times { get; init; }

    public double Seconds { get; init; }

    public int Status { get; init; } = 500;

    public string Reason { get; init; } = "got timeout";

    public int? Vmid { get; init; }

    public string? Storage { get; init; }

    public string? Lock { get; init; }

    public string? QmpStatus { get; init; }

    public string? Upid { get; init; }

    public string? Type { get; init; }

    public IReadOnlyList<string> Warnings { get; init; } = [];

    public bool Refused { get; init; }

    public string NodeName => Node ?? throw new ArgumentException("node is missing");

    public int VmId => Vmid ?? throw new ArgumentException("vmid is missing");

    public string TaskType => Type ?? throw new ArgumentException("type is missing");

    public string StorageName => Storage ?? throw new ArgumentException("storage is missing");
}
