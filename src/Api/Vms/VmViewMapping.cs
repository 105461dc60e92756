using System.Linq.Expressions;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;

namespace MultiPanel.Api.Vms;

internal static class VmViewMapping
{
    /// <summary>The row without what a list leaves out, which is most of it.</summary>
    public static Expression<Func<Vm, Vm>> Listed { get; } = vm => new Vm
    {
        Id = vm.Id,
        ClusterId = vm.ClusterId,
        Vmid = vm.Vmid,
        Name = vm.Name,
        Node = vm.Node,
        Status = vm.Status,
        QemuState = vm.QemuState,
        Lock = vm.Lock,
        HaState = vm.HaState,
        Pool = vm.Pool,
        Template = vm.Template,
        CompanyId = vm.CompanyId,
        Cores = vm.Cores,
        MemoryMb = vm.MemoryMb,
        RunningCores = vm.RunningCores,
        RunningMemoryMb = vm.RunningMemoryMb,
        StartedAt = vm.StartedAt,
        DiskGb = vm.DiskGb,
        Tags = vm.Tags,
        Addresses = vm.Addresses,
        CreatedByJob = vm.CreatedByJob,
        CreatedAt = vm.CreatedAt,
        SeenAt = vm.SeenAt,
    };

    /// <param name="cluster">Null: the caller may not see it.</param>
    public static VmView ToView(this Vm vm, VmCluster? cluster, DateTime now) => new()
    {
        Id = vm.Id,
        ClusterId = vm.ClusterId,
        ClusterName = cluster?.Name,
        Vmid = vm.Vmid,
        Name = vm.Name,
        Node = vm.Node,
        Status = vm.Status,
        QemuState = vm.QemuState,
        Lock = vm.Lock,
        HaState = vm.HaState,
        Pool = vm.Pool,
        Template = vm.Template,
        CompanyId = vm.CompanyId,
        Cores = vm.Cores,
        MemoryMb = vm.MemoryMb,
        RunningCores = VmFacts.IsOn(vm.Status) ? vm.RunningCores : null,
        RunningMemoryMb = VmFacts.IsOn(vm.Status) ? vm.RunningMemoryMb : null,
        UptimeSeconds = VmFacts.IsOn(vm.Status) && vm.StartedAt is { } started ? Math.Max(0, (long)(now - started).TotalSeconds) : null,
        DiskGb = vm.DiskGb,
        Tags = [.. vm.Tags.Where(tag => !PanelMarks.IsTag(tag))],
        Addresses = vm.Addresses,
        Managed = vm.CreatedByJob is not null,
        CreatedAt = vm.CreatedAt,
        SeenAt = VmSeen.At(vm.Status, vm.SeenAt, cluster?.SeenAt),
    };

    /// <summary>With what lists leave out.</summary>
    /// <inheritdoc cref="ToView"/>
    public static VmView ToWholeView(this Vm vm, VmCluster? cluster, DateTime now) => vm.ToView(cluster, now) with
    {
        Guest = vm.Guest,
        Pending = vm.Config?.Pending ?? [],
        Settings = Settings(vm),
        Config = vm.Config is null ? null : vm.Config with { Pending = null, CloudInit = null, Nics = [.. vm.Config.Nics.Select(nic => nic with { Addresses = AddressesOf(nic, vm) })] },
    };

    /// <returns>Null: not all of it was read yet.</returns>
    private static VmSettingsView? Settings(Vm vm) => vm.Config is not { CloudInitDrive: not null } config ? null : new()
    {
        Name = vm.Name,
        Cores = config.CoresPerSocket,
        Sockets = config.Sockets,
        Cpu = config.CpuType,
        MemoryMb = vm.MemoryMb,
        BalloonMb = config.BalloonMb,
        Networks = config.Nics.All(nic => nic.Bridge is not null) ? [.. config.Nics.Select(Card)] : null, // one of QEMU's own network has no bridge
        OnBoot = config.OnBoot,
        Protection = config.Protection,
        Description = config.Description,
        Tags = [.. vm.Tags.Where(tag => !PanelMarks.IsTag(tag))],
        CloudInit = config.CloudInit,
    };

    private static NetworkOptions Card(VmNicView nic) => new()
    {
        Bridge = nic.Bridge!,
        Tag = nic.Tag,
        Model = nic.Model,
        Mac = nic.Mac,
        Firewall = nic.Firewall,
        LinkDown = nic.LinkDown,
        Mtu = nic.Mtu,
    };

    private static IReadOnlyList<string> AddressesOf(VmNicView nic, Vm vm) =>
        [.. (vm.Guest?.Interfaces ?? []).Where(guest => guest.Nic == nic.Slot).SelectMany(guest => guest.Addresses).Distinct()];
}

/// <summary>What is shown of a VM's cluster with the VM.</summary>
internal sealed record VmCluster(string Name, DateTime? SeenAt);
