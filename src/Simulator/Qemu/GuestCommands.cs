using System.Text;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Commands and files in the guest: echo and uname answer, everything else ends well and says nothing.</summary>
internal static class GuestCommands
{
    public static IReadOnlyList<string> Supported { get; } =
    [
        "guest-get-osinfo", "guest-get-timezone", "guest-get-users", "guest-get-host-name", "guest-exec", "guest-exec-status", "guest-set-user-password",
        "guest-get-fsinfo", "guest-get-vcpus", "guest-network-get-interfaces", "guest-fstrim", "guest-fsfreeze-thaw", "guest-fsfreeze-freeze",
        "guest-fsfreeze-status", "guest-file-write", "guest-file-read", "guest-file-close", "guest-file-open", "guest-shutdown", "guest-info",
        "guest-get-time", "guest-ping", "guest-sync", "guest-sync-delimited",
    ];

    public static object Execute(ApiCall call, VmState vm)
    {
        var words = call["command"]!.Split('\0');
        var pid = 100 + vm.GuestProcesses.Count;
        vm.GuestProcesses[pid] = words.Contains("echo") ? string.Join(' ', words.SkipWhile(word => word != "echo").Skip(1)) + "\n"
            : words.Contains("uname") ? $"Linux {GuestFacts.HostName(vm)} 6.1.0-cloud-amd64 x86_64 GNU/Linux\n" : "";
        return new { pid };
    }

    public static object Status(ApiCall call, VmState vm)
    {
        if (!vm.GuestProcesses.TryGetValue(call.Int("pid", 0), out var output))
        {
            throw new PveException("Agent error: Invalid parameter 'pid'");
        }

        var status = new Dictionary<string, object?> { ["exited"] = 1, ["exitcode"] = 0 };
        if (output.Length > 0)
        {
            status["out-data"] = output;
            status["out-truncated"] = 0;
        }

        return status;
    }

    public static object ReadFile(ApiCall call, VmState vm)
    {
        if (!vm.GuestFiles.TryGetValue(call["file"]!, out var content))
        {
            throw new PveException($"Agent error: failed to open file '{call["file"]}' (mode: 'r'): No such file or directory");
        }

        return new Dictionary<string, object?> { ["content"] = content, ["bytes-read"] = Encoding.UTF8.GetByteCount(content) };
    }

    public static object? WriteFile(ApiCall call, VmState vm)
    {
        vm.GuestFiles[call["file"]!] = call.Flag("encode", otherwise: true) ? call["content"]! : Encoding.UTF8.GetString(Convert.FromBase64String(call["content"]!));
        return null;
    }
}
