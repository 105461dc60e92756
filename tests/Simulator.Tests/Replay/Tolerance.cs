using System.Text.RegularExpressions;

namespace MultiPanel.Simulator.Tests.Replay;

/// <summary>Where an answer may differ from the recorded one, and why. Whatever stands not here must be the same.</summary>
internal static class Tolerance
{
    /// <summary>Exchanges that are not replayed.</summary>
    public static readonly IReadOnlyDictionary<string, string> Skipped = new Dictionary<string, string>
    {
        ["9.1.8/100-storage-upload-missing"] = "The recorder gave up without an answer: there is nothing to compare with.",
        ["9.2.11/166-start-vga-qxl"] = "The recorded hosts had no SPICE certificates, so QEMU did not start.",
        ["9.2.11/167-start-vga-qxl-task-status"] = "The recorded hosts had no SPICE certificates, so QEMU did not start.",
        ["9.2.11/168-start-vga-qxl-task-log"] = "The recorded hosts had no SPICE certificates, so QEMU did not start.",
        ["9.2.11/125-agent-set-user-password"] = "The recorded guest's passwd fails; that of 9.1.8 is missing.",
        ["9.2.11/127-agent-set-user-password-unknown"] = "The recorded guest's passwd fails; that of 9.1.8 is missing.",
    };

    /// <summary>Lists of which the simulator has a selection, or that depend on how long the cluster has run: each element is compared with the first recorded.</summary>
    private static readonly (string Recording, string Path, string Reason)[] Samples =
    [
        ("9.1.8/150-cpu-models", "^/data$", "QEMU's CPU models: the simulator lists some"),
        ("9.1.8/151-machines", "^/data$", "QEMU's machine types: the simulator lists some"),
        ("9.1.8/026-agent-info", "supported_commands$", "the agent's commands: those that the simulator answers"),
        ("9.1.8/037-rrddata", "^/data$", "statistics of an hour"),
        ("9.1.8/137-cluster-tasks", "^/data$", "the recorded cluster had run tasks before"),
        ("9.1.8/27[456]-tasks", "^/data$", "the recorded node had run other tasks too"),
        ("9.2.11/009-cluster-options", "allowed-tags$", "tags of others' VMs"),
        ("9.2.11/(024|097)-", "^/data$", "statistics of an hour"),
        ("9.2.11/104-agent-info", "supported_commands$", "the agent's commands: those that the simulator answers"),
    ];

    private static readonly (string Recording, string Path, string Reason)[] Additions =
    [
        (@"9\.1\.8/(036|061|072|189|191)-", "/(balloon|ballooninfo|blockstat|diskread|diskwrite|freemem|proxmox-support|running-machine|running-qemu)$",
            "the recorded QEMU did not answer these that day; 9.1.8-extra/009 and /010 have them"),
        (@"9\.2\.11/\d+-status-current", "/(balloon|ballooninfo|blockstat|diskread|diskwrite|freemem|proxmox-support|running-machine|running-qemu)$",
            "Debian's QEMU under TCG does not answer these; 9.1.8-extra/009 and /010 have them"),
        ("9.1.8/(126-token-not-allowed-uri|195-vncproxy)", "/password$", "9.2 gives the password always"),
    ];

    private static readonly (string Recording, string Path, string Reason)[] Absences =
    [
        ("9.1.8/137-cluster-tasks", "/(endtime|status)$", "a console task still runs in the simulator's list"),
    ];

    private static readonly (string Recording, string Path, string Reason)[] OtherValues =
    [
        ("9.1.8/025-agent-get-osinfo|9.2.11/101-agent-get-osinfo", "/result/name$", "the guest's own words"),
        ("9.2.11/067-cloudinit-dump-network", "^/data$", "a MAC address; the unit test has the text"),
        ("9.1.8/(142|243)-storage-content", "(state-ram.raw|tiny.qcow2)\"]/size$", "measured: saved memory, size of the import file"),
    ];

    /// <summary>Log lines that hold measurements.</summary>
    private static readonly (string Line, string Reason)[] LogLines =
    [
        ("^transferred ", "depends on how fast the disk is; percentages have tests of their own"),
        ("^(average migration speed|migration completed|migration finished|completed saving)|MiB in 0s$", "measured"),
        (@"records (in|out)$| bytes \(.* copied, ", "dd's own counts"),
        ("query-backup", "the recorded QEMU lacked a command that Proxmox's has"),
        ("^trying to acquire lock|^ OK$", "printed when a lock is not free at once"),
        (@"^drive-\w+: transferred |^migration active, transferred ", "measured"),
    ];

    /// <summary>Log lines of 9.1.8 that 9.2.11, which the simulator follows, no longer prints.</summary>
    private static readonly (string Recording, string Line, string Reason)[] Superseded =
    [
        ("9.1.8/177-resize-task-log", @"^Image resized\.$", "9.2 keeps qemu-img's line to itself"),
    ];

    public static bool IsSuperseded(Recording recording, string line) =>
        Superseded.Any(entry => Regex.IsMatch($"{recording.Session}/{recording.Name}", entry.Recording) && Regex.IsMatch(line, entry.Line));

    public static bool IsSample(Recording recording, string path) => Has(Samples, recording, path);

    public static bool MayAdd(Recording recording, string path) => Has(Additions, recording, path);

    public static bool MayLack(Recording recording, string path) => Has(Absences, recording, path);

    public static bool MayDiffer(Recording recording, string path) => Has(OtherValues, recording, path);

    public static bool IsMeasurement(string line) => LogLines.Any(entry => Regex.IsMatch(line, entry.Line));

    private static bool Has((string Recording, string Path, string Reason)[] table, Recording recording, string path) =>
        table.Any(entry => Regex.IsMatch($"{recording.Session}/{recording.Name}", entry.Recording) && Regex.IsMatch(path, entry.Path));
}
