using MultiPanel.Simulator.Http;

namespace MultiPanel.Simulator.Qemu;

/// <summary>The options of a VM's configuration file, and how a running VM takes a change of them.</summary>
internal static class QemuOptions
{
    /// <summary>Options of the configuration, as parameters of POST and PUT.</summary>
    public const string Declaration =
        "acpi:bool affinity agent allow-ksm:bool amd-sev arch:x86_64|aarch64 args audio0 autostart:bool balloon:int,min=0 " +
        "bios:seabios|ovmf boot bootdisk cdrom cicustom cipassword citype:configdrive2|nocloud|opennebula ciupgrade:bool ciuser " +
        "cores:int,min=1 cpu cpulimit:num,min=0,max=128 cpuunits:int,min=1,max=262144 description:str,len=8192 efidisk0 force:bool " +
        "freeze:bool hookscript hostpci[16] hotplug hugepages:any|2|1024 ide[4] intel-tdx ipconfig[32] ivshmem keephugepages:bool " +
        "keyboard:de|de-ch|da|en-gb|en-us|es|fi|fr|fr-be|fr-ca|fr-ch|hu|is|it|ja|lt|mk|nl|no|pl|pt|pt-br|sv|sl|tr kvm:bool " +
        "localtime:bool lock:backup|clone|create|migrate|rollback|snapshot|snapshot-delete|suspending|suspended machine memory:memory " +
        "migrate_downtime:num,min=0 migrate_speed:int,min=0 name:dns nameserver net[32] numa:bool numa[8] onboot:bool " +
        "ostype:other|wxp|w2k|w2k3|w2k8|wvista|win7|win8|win10|win11|l24|l26|solaris parallel[3] protection:bool reboot:bool rng0 " +
        "sata[6] scsi[31] scsihw:lsi|lsi53c810|virtio-scsi-pci|virtio-scsi-single|megasas|pvscsi searchdomain serial[4] " +
        "shares:int,min=0,max=50000 smbios1:str,len=512 smp:int,min=1 sockets:int,min=1 spice_enhancements sshkeys:urlencoded startdate " +
        "startup tablet:bool tags:tags tdf:bool template:bool tpmstate0 unused[256] usb[14] vcpus:int,min=1 vga virtio[16] virtiofs[10] " +
        "vmgenid vmstatestorage:storage watchdog";

    public const string Create = Declaration +
        " archive bwlimit:int,min=0 ha-managed:bool import-working-storage:storage live-restore:bool pool:poolid start:bool storage:storage unique:bool vmid:vmid!";

    public const string UpdateSync = Declaration + " delete:configid-list digest:str,len=40 revert:configid-list skiplock:bool";

    public const string UpdateAsync = UpdateSync + " background_delay:int,min=1,max=30 import-working-storage:storage";

    private static readonly Dictionary<string, Parameter> Parameters = Parameter.ParseAll(Declaration).ToDictionary(parameter => parameter.Name);

    // PVE::QemuServer's $fast_plug_option, and what vmconfig_hotplug_pending changes in the process whatever "hotplug" says.
    private static readonly HashSet<string> FastPlug =
    [
        "description", "hookscript", "lock", "migrate_downtime", "migrate_speed", "name", "onboot", "protection", "shares", "startup",
        "tags", "template", "vmstatestorage", "ciuser", "cipassword", "citype", "cicustom", "ciupgrade", "nameserver", "searchdomain",
        "sshkeys", "digest", "cpulimit", "cpuunits", "hotplug", "tablet",
    ];

    // PVE::QemuServer's default of "hotplug"; cpu and memory need NUMA and are off unless asked for.
    private const string DefaultHotplug = "network,disk,usb";

    /// <summary>What "hotplug" must name, by the family of an option.</summary>
    private static readonly (string Family, string Feature)[] Pluggable =
        [("net", "network"), ("scsi", "disk"), ("virtio", "disk"), ("usb", "usb")];

    /// <summary>Parameters of a call that are no configuration.</summary>
    private static readonly HashSet<string> NoOption = ["force", "cdrom"];

    public static bool IsOption(string name) => Parameters.ContainsKey(name) && !NoOption.Contains(name);

    /// <summary>Whether a running VM takes that value of an option (null: its removal) at once; otherwise it waits for the next start.</summary>
    public static bool AppliesWhileRunning(IReadOnlyDictionary<string, string> config, string name, string? value)
    {
        if (FastPlug.Contains(name) || StartsWithDigit(name, "ipconfig") || StartsWithDigit(name, "unused"))
        {
            return true;
        }

        var features = config.GetValueOrDefault("hotplug") is { } given and not "1" ? given : DefaultHotplug;
        return name switch
        {
            // The balloon device itself cannot come or go.
            "balloon" => (config.GetValueOrDefault("balloon") == "0") == (value == "0"),
            "memory" => features.Contains("memory", StringComparison.Ordinal) && config.GetValueOrDefault("numa") == "1",
            "vcpus" => features.Contains("cpu", StringComparison.Ordinal),

            // Another medium in a drive that is there.
            _ when Drive.IsKey(name) && config.TryGetValue(name, out var drive) && Drive.Parse(name, drive).IsCdrom => true,
            _ => Pluggable.Any(plug => StartsWithDigit(name, plug.Family) && features.Contains(plug.Feature, StringComparison.Ordinal)),
        };
    }

    public static bool IsCloudInit(string name) =>
        name is "ciuser" or "cipassword" or "citype" or "cicustom" or "ciupgrade" or "nameserver" or "searchdomain" or "sshkeys"
        || StartsWithDigit(name, "ipconfig");

    /// <summary>A value as GET answers it: numbers for integer, number and boolean options, text for the rest.</summary>
    public static object Typed(string name, string value) => name switch
    {
        "cipassword" => "**********",
        "snaptime" => long.Parse(value, System.Globalization.CultureInfo.InvariantCulture),
        _ when Parameters.TryGetValue(name, out var parameter) => parameter.ToJson(value),
        _ => value,
    };

    /// <summary>An option that is one of a numbered family: <c>net0</c> is one of <c>net</c>.</summary>
    public static bool StartsWithDigit(string name, string family) =>
        name.Length > family.Length && name.StartsWith(family, StringComparison.Ordinal) && char.IsAsciiDigit(name[family.Length]);
}
