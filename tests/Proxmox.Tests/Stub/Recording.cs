namespace MultiPanel.Proxmox.Tests.Stub;

/// <summary>One recorded exchange.</summary>
internal sealed record Recording(string Name, string Method, string Path, StubAnswer Answer)
{
    /// <summary>Null where the recorder got no answer.</summary>
    public int? Status => Answer.StatusLine.Split(' ') is [_, var status, ..] ? int.Parse(status, null) : null;

    public override string ToString() => Name;
}
