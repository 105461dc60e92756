using MultiPanel.Sagas.Persistence;

namespace MultiPanel.Sagas.Admission;

internal static class AdmissionScripts
{
    private static readonly string Shared = Read("admission.lua");

    public static readonly string Request = Shared + Read("request.lua");
    public static readonly string Release = Shared + Read("release.lua");
    public static readonly string Renew = Shared + Read("renew.lua");
    public static readonly string Expire = Shared + Read("expire.lua");
    public static readonly string SlowDown = Shared + Read("slow-down.lua");
    public static readonly string SpeedUp = Shared + Read("speed-up.lua");
    public static readonly string SetLimits = Shared + Read("set-limits.lua");
    public static readonly string Restore = Shared + Read("restore.lua");
    public static readonly string Report = Shared + Read("report.lua");

    private static string Read(string fileName) => EmbeddedScript.Read(typeof(AdmissionScripts), fileName);
}
