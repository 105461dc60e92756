using System.Globalization;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Secrets;
using MultiPanel.Data.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Workers.Steps;
using MultiPanel.Workers.Vms;

namespace MultiPanel.Workers.Cloning;

/// <summary>Gives the clone its cores, memory, tags and cloud-init settings. The call sets values, so it may be made again.</summary>
public sealed class ConfigureCloneStep(SecretBox secrets) : Step
{
    public override string Name => CloneVmSteps.Configure;

    /// <summary>Setting the same values again is cheaper than comparing them.</summary>
    public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<StepOutcome?>(null);

    public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
    {
        var command = step.Command<CloneVm>();
        var vm = step.Vm;
        var seen = await step.ObserveAsync(vm, cancellation)
            ?? throw new StepException(JobErrorCodes.VmNotFound, $"The clone (VMID {vm.Vmid}) has vanished from cluster {step.Cluster.Name}.");
        if (!Marker.IsOn(seen.Config, vm.Id, step.Job.Id))
        {
            throw new StepException(JobErrorCodes.NotOurs, $"VMID {vm.Vmid} does not carry this job's marker; it is left alone.");
        }

        var settings = Settings(command, vm.Id, step.Job.Id, step.Installation, seen.Config);
        await step.Pve.Qemu.ConfigureAsync(seen.Node, seen.Status.VmId, settings, ct: cancellation);
        if (settings.Keys.Any(key => key.StartsWith("ci", StringComparison.Ordinal) || key is "sshkeys" or "ipconfig0" or "nameserver"))
        {
            await step.Pve.Qemu.RegenerateCloudInitAsync(seen.Node, seen.Status.VmId, cancellation);
        }

        await step.SaveVmAsync(row =>
        {
            row.Node = seen.Node;
            ConfigFacts.Take(row, seen.Config.With(settings), [], step.Now);
            row.Status = VmStatus.Stopped;
            row.Cores = (command.Cores ?? seen.Config.Cores) * seen.Config.Sockets;
            row.Sockets = seen.Config.Sockets;
            row.MemoryMb = command.MemoryMb ?? seen.Config.MemoryMb;
            row.Disks = Grown(DiskGrowth.Sizes(seen.Config), command.DiskGb);
            row.DiskGb = VmDisk.Sum(row.Disks);
            row.Tags = [.. settings["tags"].Split(';')];
            (row.SeenAt, row.ObservedAt) = (step.Now, step.Now);
        }, cancellation);
        return new StepOutcome.Done();
    }

    /// <summary>As they will be after the step that follows: the quotas count on it.</summary>
    private static List<VmDisk> Grown(List<VmDisk> disks, int? gb) =>
        [.. disks.Select((disk, index) => index == 0 && gb > disk.Gb ? disk with { Gb = gb.Value } : disk)];

    private Dictionary<string, string> Settings(CloneVm command, int vm, Guid job, string installation, QemuConfig config)
    {
        var settings = new Dictionary<string, string>
        {
            ["tags"] = string.Join(';', Marker.Tags(vm, job, installation).Concat(command.Tags).Distinct()),
        };
        Set("cores", command.Cores?.ToString(CultureInfo.InvariantCulture));
        Set("memory", command.MemoryMb?.ToString(CultureInfo.InvariantCulture));
        Set("ciuser", command.CloudInit?.User);
        Set("cipassword", command.CloudInit?.Password is { } password ? secrets.Open(password) : null);
        // Proxmox takes the keys URL-encoded inside the form's own encoding (PVE/QemuServer.pm, format urlencoded).
        Set("sshkeys", command.CloudInit?.SshKeys is { } keys ? Uri.EscapeDataString(keys) : null);
        Set("ipconfig0", command.CloudInit?.IpConfig);
        Set("nameserver", command.CloudInit?.Nameserver);
        if (command.WaitForAgent && !config.AgentEnabled)
        {
            Set("agent", "enabled=1");
        }

        return settings;

        void Set(string key, string? value)
        {
            if (value is not null)
            {
                settings[key] = value;
            }
        }
    }
}
