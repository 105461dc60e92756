using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Proxmox.Http;

/// <summary>One call, whichever endpoint it goes to.</summary>
internal sealed record PveCall(HttpMethod Method, string Path, PveForm? Parameters = null)
{
    /// <summary>True where doing it twice is the same as doing it once. A call that is not is sent once.</summary>
    public bool Repeatable { get; init; } = Method == HttpMethod.Get;

    /// <summary>A longer answer is none. The list of 10,000 VMs has about 8 MiB.</summary>
    public long MostBytes { get; init; } = 64 << 20;

    public bool Changes => Method != HttpMethod.Get;

    /// <summary>Whether it matters that it was done; false for a POST that only asks.</summary>
    public bool HasEffect { get; init; } = Method != HttpMethod.Get;

    /// <summary>Its parameters are a form in the body; otherwise they are in the address.</summary>
    public bool HasBody => Method == HttpMethod.Post || Method == HttpMethod.Put;

    public PveFault Fault(string text) => new(Method.Method, Path, text);
}
