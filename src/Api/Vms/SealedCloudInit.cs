using MultiPanel.Contracts.Cloning;
using MultiPanel.Data.Secrets;

namespace MultiPanel.Api.Vms;

internal static class SealedCloudInit
{
    /// <summary>The command is stored in the job's row, where the password must not be readable.</summary>
    public static CloudInit? Seal(this SecretBox secrets, CloudInit? cloudInit) =>
        cloudInit?.Password is { } password ? cloudInit with { Password = secrets.Seal(password) } : cloudInit;
}
