using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Vms;
using MultiPanel.Proxmox.Qemu;
using MultiPanel.Proxmox.Sight;

namespace MultiPanel.Workers.Tests.Vms;

public sealed class VmIdentityTests
{
    private static readonly Guid Job = Guid.NewGuid();

    [TestCase("web", "pve1", "web", true)]
    [TestCase("web", "pve1", "renamed", true)]
    [TestCase("VM 100", "pve1", null, true)]
    [TestCase("vm-100", "pve1", null, true)]
    [TestCase("VM 100", "pve1", "named-now", true)]
    [TestCase("web", "pve2", "web", true)]
    [TestCase("VM 100", "pve2", null, true)]
    [TestCase("vm-100", "pve2", null, true)]
    [TestCase("web", "pve2", "another", false)]
    [TestCase("VM 100", "pve2", "another", false)]
    public void A_found_vm_without_a_uuid_is_what_has_its_vmid_on_its_node_or_moved_with_its_label(string known, string node, string? name, bool same) =>
        Assert.That(VmIdentity.IsSame(Row(known, uuid: null), Sight(node, name, "u1")), Is.EqualTo(same));

    [TestCase("web", "u1", true)]
    [TestCase("renamed", "u1", true)]
    [TestCase(null, "u1", true)]
    [TestCase("web", "u2", false)]
    [TestCase("web", null, false)]
    public void Once_a_uuid_was_seen_it_decides(string? name, string? uuid, bool same) =>
        Assert.That(VmIdentity.IsSame(Row("web", uuid: "u1"), Sight("pve1", name, uuid)), Is.EqualTo(same));

    [Test]
    public void Ours_is_what_carries_the_marker_or_the_uuid_and_never_what_has_the_vmid_alone()
    {
        var ours = Row("web", uuid: null);
        ours.CreatedByJob = Job;

        Assert.That(VmIdentity.IsSame(ours, Sight("pve1", "web", "u1")), Is.False);
        Assert.That(VmIdentity.IsSame(ours, Sight("pve1", "renamed", "u1", Marker.Description("x", ours.Id, Job, "0123456789ab"))), Is.True);
    }

    private static Vm Row(string name, string? uuid) => new() { Id = 7, Vmid = 100, Name = name, Node = "pve1", Uuid = uuid };

    private static VmSight Sight(string node, string? name, string? uuid, string? description = null)
    {
        var raw = new Dictionary<string, string>();
        foreach (var (key, value) in new[] { ("name", name), ("smbios1", uuid is null ? null : $"uuid={uuid}"), ("description", description) })
        {
            if (value is not null)
            {
                raw[key] = value;
            }
        }

        return new VmSight(node, QemuStatus.Unasked(100), new QemuConfig { Raw = raw, Disks = new Dictionary<string, QemuDisk>(), Tags = [] });
    }
}
