using System.Globalization;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>What of a command its source does not allow. It is found out before anything is made: otherwise a later step would fail and the whole clone be undone.</summary>
internal static class SourceCheck
{
    /// <param name="whose">The source, as an error calls it.</param>
    /// <exception cref="StepException">Something does not fit.</exception>
    public static void Require(CloneVm command, VmSight source, string whose)
    {
        var config = source.Config;
        if (command.DiskGb is not null)
        {
            DiskGrowth.Find(config, command.Disk, whose);
        }

        if (command.CloudInit is not null && !config.HasCloudInit)
        {
            throw Refusal($"{whose} has no cloud-init drive, so cloud_init would not reach its clone.");
        }

        var memory = command.MemoryMb ?? config.MemoryMb;
        if (command.BalloonMb > memory)
        {
            throw Refusal($"balloon_mb must not be more than the memory, which is {memory.ToString(CultureInfo.InvariantCulture)} MiB as {whose} has it.");
        }

        if (config.AssignsNuma && (command.MemoryMb is not null || command.Cores is not null || command.Sockets is not null))
        {
            throw Refusal($"{whose} assigns its memory and CPUs to NUMA nodes (numa0, …), and with others a clone would not start. "
                + "Leave cores, sockets and memory_mb out, or clone another template.");
        }
    }

    /// <summary>What the clone has from its source and may not be meant for two: the job says it.</summary>
    public static IReadOnlyList<string> Inherited(QemuConfig config) =>
    [
        .. config.HostDevices.Select(device => $"{device.Key} ({device.Value}), which only one running VM can use"),
        .. config.HookScript is { } script ? [$"hookscript {script}"] : Array.Empty<string>(),
        .. config.Raw.GetValueOrDefault("args") is { } args ? [$"args {args}"] : Array.Empty<string>(),
    ];

    private static StepException Refusal(string message) => new(JobErrorCodes.InvalidParameter, message);
}
