using System.Text.Json;
using System.Text.Json.Serialization;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Sagas.Admission;

/// <summary>A request as the scripts keep it. Escaped to ASCII by the serializer, so that Lua sees the same bytes everywhere.</summary>
internal sealed record AdmissionEntry
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public required string Holder { get; init; }
    public required Guid Job { get; init; }
    public required string Cluster { get; init; }
    public required string Node { get; init; }
    public string? Storage { get; init; }
    public required string Class { get; init; }

    /// <summary>The JSON array that names all waiters which fit or do not fit together.</summary>
    public required string Group { get; init; }

    /// <summary>The number as text: a part of key names, and Lua 5.4 (Garnet) writes a JSON number 1 as 1.0.</summary>
    public required string Priority { get; init; }

    public required string Company { get; init; }
    public required long Lease { get; init; }
    public required string Resume { get; init; }

    public static string Write(AdmissionRequest request) => JsonSerializer.Serialize(
        new AdmissionEntry
        {
            Holder = request.Holder,
            Job = request.JobId,
            Cluster = request.Cluster,
            Node = request.Node,
            Storage = request.Storage,
            Class = request.Class,
            Group = request.Storage is null
                ? Place(request.Class, request.Node)
                : Place(request.Class, request.Node, request.Storage),
            Priority = request.Priority.ToString("D"),
            Company = request.Company,
            Lease = (long)request.Lease.TotalMilliseconds,
            Resume = request.Resume,
        },
        Json);

    public static AdmissionEntry Read(string text)
        => JsonSerializer.Deserialize<AdmissionEntry>(text, Json)
            ?? throw new JsonException("An admission entry is null.");

    public static string Place(params string[] names) => JsonSerializer.Serialize(names, Json);

    public AdmissionGrant ToGrant()
        => new(Holder, Job, Cluster, Node, Storage, Class, Enum.Parse<JobPriority>(Priority), Company, Resume);
}
