using System.Text;
using MultiPanel.Simulator.Http;
using MultiPanel.Simulator.Running;
using MultiPanel.Simulator.State;

namespace MultiPanel.Simulator.Qemu;

/// <summary>Commands and files in the guest.</summary>
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
        if (!GuestPrograms.Exists(vm, words[0]))
        {
            // The agent's text has curly quotes; pvedaemon fails to put them into its status line (seen on 9.2.11).
            throw new PveException("Broken pipe", 596) { EmptyBody = true, After = TimeSpan.FromSeconds(5) };
        }

        var pid = 100 + vm.Processes.Count;
        vm.Processes[pid] = GuestPrograms.Run(vm, words, call["input-data"] ?? "");
        return new { pid };
    }

    public static object Status(ApiCall call, VmState vm)
    {
        if (!vm.Processes.TryGetValue(call.Int("pid", 0), out var process))
        {
            throw new PveException("Agent error: Invalid parameter 'pid'");
        }

        var status = new Dictionary<string, object?> { ["exited"] = process.ExitCode is null && process.Signal is null ? 0 : 1 };
        foreach (var (key, value) in new[] { ("exitcode", process.ExitCode), ("signal", process.Signal) })
        {
            if (value is not null)
            {
                status[key] = value;
            }
        }

        foreach (var (key, text) in new[] { ("out", process.Output), ("err", process.Errors) })
        {
            if (text.Length > 0)
            {
                status[key + "-data"] = text;
                status[key + "-truncated"] = 0;
            }
        }

        return status;
    }

    public static object ReadFile(ApiCall call, VmState vm)
    {
        if (!vm.GuestFiles.TryGetValue(call["file"]!, out var content))
        {
            throw new PveException($"Agent error: failed to open file '{call["file"]}' (mode: 'r'): No such file or directory");
        }

        return new Dictionary<string, object?> { ["content"] = content, ["bytes-read"] = content.Length };
    }

    /// <summary>Proxmox passes a file's bytes as characters of Latin-1, both ways.</summary>
    public static object? WriteFile(ApiCall call, VmState vm)
    {
        var file = call["file"]!;
        if (!GuestPrograms.HasFolderOf(file))
        {
            throw new PveException($"Agent error: failed to open file '{file}' (mode: 'wb'): No such file or directory");
        }

        vm.GuestFiles[file] = call.Flag("encode", otherwise: true) ? call["content"] ?? "" : Encoding.Latin1.GetString(Convert.FromBase64String(call["content"] ?? ""));
        return null;
    }
}
