using MultiPanel.Contracts.Cloning;
using MultiPanel.Data.Secrets;

namespace MultiPanel.Workers.Vms;

/// <summary>Writes cloud-init settings into a VM's configuration. They reach the guest once its drive is made again.</summary>
public static class CloudInitSettings
{
    public static void Put(this ConfigEdit edit, CloudInit? cloudInit, SecretBox secrets)
    {
        if (cloudInit is null)
        {
            return;
        }

        edit.Put("ciuser", cloudInit.User);
        edit.Put("cipassword", cloudInit.Password is { } password ? secrets.Open(password) : null);
        // Proxmox takes the keys URL-encoded inside the form's own encoding (PVE/QemuServer.pm, format urlencoded).
        edit.Put("sshkeys", cloudInit.SshKeys is { } keys ? Uri.EscapeDataString(Keys(keys)) : null);
        edit.Put("ipconfig0", cloudInit.IpConfig);
        edit.Put("ipconfig1", cloudInit.IpConfig1);
        edit.Put("nameserver", cloudInit.Nameserver);
        edit.Put("searchdomain", cloudInit.SearchDomain);
    }

    /// <summary>The options that reach the guest by its cloud-init drive.</summary>
    public static IReadOnlySet<string> Options { get; } = new HashSet<string> { "ciuser", "cipassword", "sshkeys", "ipconfig0", "ipconfig1", "nameserver", "searchdomain" };

    /// <summary>Proxmox has <c>ssh-keygen</c> read each line, which refuses a comment.</summary>
    private static string Keys(string text) => string.Join(
        '\n', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'));
}
