using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Workers.Tests.Inventory;

public sealed class VmSeenTests
{
    private static readonly DateTime Early = new(2026, 1, 2, 3, 0, 0, DateTimeKind.Utc), Late = Early.AddMinutes(7);

    [Test]
    public void A_vm_of_the_last_list_was_seen_with_its_cluster_unless_a_job_saw_it_later()
    {
        Assert.That(VmSeen.At(VmStatus.Running, row: Early, cluster: Late), Is.EqualTo(Late));
        Assert.That(VmSeen.At(VmStatus.Running, row: Late, cluster: Early), Is.EqualTo(Late));
        Assert.That(VmSeen.At(VmStatus.Stopped, row: null, cluster: Late), Is.Null, "no list has confirmed it yet");
        Assert.That(VmSeen.At(VmStatus.Stopped, row: Early, cluster: null), Is.EqualTo(Early));
    }

    [TestCase(VmStatus.Unknown)]
    [TestCase(VmStatus.Provisioning)]
    [TestCase(VmStatus.Deleting)]
    public void A_vm_that_lists_do_not_speak_for_has_its_own_time(VmStatus status) =>
        Assert.That(VmSeen.At(status, row: Early, cluster: Late), Is.EqualTo(Early));
}
