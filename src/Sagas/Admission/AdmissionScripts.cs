using MultiPanel.Progress;

namespace MultiPanel.Sagas.Admission;

/// <summary>Each stands on <c>admission.lua</c>.</summary>
internal static class AdmissionScripts
{
    public static readonly RedisScript Request = Read("request.lua");
    public static readonly RedisScript Release = Read("release.lua");
    public static readonly RedisScript Renew = Read("renew.lua");
    public static readonly RedisScript Expire = Read("expire.lua");
    public static readonly RedisScript SlowDown = Read("slow-down.lua");
    public static readonly RedisScript SpeedUp = Read("speed-up.lua");
    public static readonly RedisScript SetLimits = Read("set-limits.lua");
    public static readonly RedisScript Restore = Read("restore.lua");
    public static readonly RedisScript Report = Read("report.lua");

    private static RedisScript Read(string file) => new(typeof(AdmissionScripts), Name(file), before: Name("admission.lua"));

    private static string Name(string file) => $"{typeof(AdmissionScripts).Namespace}.{file}";
}
