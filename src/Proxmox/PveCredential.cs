namespace MultiPanel.Proxmox;

/// <summary>How the client signs in: <see cref="PveApiToken"/> or <see cref="PvePassword"/>.</summary>
public abstract record PveCredential
{
    private protected PveCredential()
    {
    }
}
