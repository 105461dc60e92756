using MultiPanel.Api.Clusters;
using MultiPanel.Api.Formats;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Api.Vms;

/// <summary>What the bodies of the VM commands must look like.</summary>
internal static class VmRules
{
    /// <summary>In GiB: 128 TiB.</summary>
    private const int MostDisk = 128 * 1024;

    public static void Create(CreateVmRequest vm, Rules rules)
    {
        rules.Range("template_id", vm.TemplateId, 1, int.MaxValue);
        rules.Range("company_id", vm.CompanyId, 1, int.MaxValue);
        NewVm(vm, vm.Start, linked: !vm.Full, rules);
    }

    public static void Clone(CloneVmRequest vm, Rules rules)
    {
        SnapshotName("snapshot", vm.Snapshot, rules);
        NewVm(vm, vm.Start, linked: vm.Full == false, rules);
    }

    public static void Change(VmChanges vm, Rules rules)
    {
        Name(vm.Name, rules);
        VmOptionRules.Check(vm, rules);
        CloudInitRules.Check(vm.CloudInit, rules);
    }

    public static void Shutdown(ShutdownRequest request, Rules rules)
    {
        rules.Range("timeout_seconds", request.TimeoutSeconds, 1, 3600, " seconds");
        rules.Range("force_after_seconds", request.ForceAfterSeconds, 1, 3600, " seconds");
        rules.That(
            request.ForceAfterSeconds is null || request is { TimeoutSeconds: null, Force: false },
            "force_after_seconds", "says both when and what; leave out timeout_seconds and force");
    }

    public static void Reboot(ShutdownRequest request, Rules rules)
    {
        Shutdown(request, rules);
        rules.That(request.ForceAfterSeconds is null, "force_after_seconds", "is for shutdown alone; a VM that does not reboot can be reset");
        rules.That(!request.Force, "force", "is for shutdown alone; a VM that does not reboot can be reset");
    }

    public static void Snapshot(SnapshotRequest request, Rules rules)
    {
        rules.Required("name", request.Name);
        SnapshotName("name", request.Name, rules);
        rules.Prose("description", request.Description, VmOptionRules.LongestDescription);
    }

    public static void SnapshotName(string field, string? name, Rules rules) => rules.Text(
        field, name, ProxmoxFormats.IsSnapshot, "must have 2 to 40 letters, digits, _ and -, begin with a letter, and not be current or pending");

    public static void Migrate(MigrateRequest request, Rules rules)
    {
        rules.Required("node", request.Node);
        Node(request.Node, rules);
        Storage("target_storage", request.TargetStorage, rules);
    }

    public static void Resize(ResizeRequest request, Rules rules)
    {
        Disk(request.Disk, rules);
        rules.Range("disk_gb", request.DiskGb, 1, MostDisk, " GiB");
    }

    private static void NewVm(NewVmRequest vm, bool start, bool linked, Rules rules)
    {
        rules.That(!linked || vm.Storage is null, "storage", "cannot be chosen for a linked clone, which lies beside its template; set full to choose one");
        rules.Required("name", vm.Name);
        Name(vm.Name, rules);
        Node(vm.Node, rules);
        Storage("storage", vm.Storage, rules);
        Disk(vm.Disk, rules);
        rules.Range("disk_gb", vm.DiskGb, 1, MostDisk, " GiB");
        rules.That(vm.Disk is null || vm.DiskGb is not null, "disk", "needs disk_gb: the size that this disk grows to");
        rules.Text("pool", vm.Pool, ProxmoxFormats.IsPool, ProxmoxFormats.PoolText);
        rules.Range("vmid", vm.Vmid, ClusterRules.LowestVmid, ClusterRules.HighestVmid);
        VmOptionRules.Check(vm, rules);
        CloudInitRules.Check(vm.CloudInit, rules);
        rules.That(start || !vm.WaitForAgent, "wait_for_agent", "needs start: the agent runs in a started VM alone");
    }

    private static void Disk(string? disk, Rules rules) =>
        rules.Text("disk", disk, ProxmoxFormats.IsDisk, "must be a disk such as scsi0, virtio0, sata0 or ide0");

    private static void Name(string? name, Rules rules) => rules.Text(
        "name", name, ProxmoxFormats.IsVmName, "must be a DNS name: letters, digits, hyphens and dots, at most 63 characters, no hyphen at either end");

    private static void Node(string? node, Rules rules) =>
        rules.Text("node", node, ProxmoxFormats.IsNode, "must be the name of a Proxmox node, such as pve1");

    private static void Storage(string field, string? storage, Rules rules) =>
        rules.Text(field, storage, ProxmoxFormats.IsStorage, "must be the name of a Proxmox storage, such as local-lvm");
}
