using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Tests.Tasks;

internal sealed class TaskProgressTests
{
    [TestCase("transferred 1.1 GiB of 2.0 GiB (55.00%)", 55)]
    [TestCase("drive-scsi0: transferred 6.0 MiB of 48.0 MiB (12.34%) in 0s", 12.34)]
    [TestCase("drive-scsi0: transferred 48.0 MiB of 48.0 MiB (100.00%) in 1s, ready", 100)]
    [TestCase("progress 5% (read 107413504 bytes, duration 2 sec)", 5)]
    [TestCase("INFO:  61% (1.2 GiB of 2.0 GiB) in 6s, read: 123.0 MiB/s, write: 0 B/s", 61)]
    [TestCase("migration active, transferred 512.0 MiB of 2.0 GiB VM-state, 98.1 MiB/s", 25)]
    [TestCase("transferred 0.0 B of 48.0 MiB (0.00%)", 0)]
    public void A_line_tells_how_far_it_is(string line, double percent) =>
        Assert.That(TaskProgress.Percent(line), Is.EqualTo(percent).Within(0.001));

    [TestCase("create full clone of drive scsi0 (local:100/base-100-disk-0.qcow2)")]
    [TestCase("TASK OK")]
    [TestCase("transferred 0.0 B of 0.0 B VM-state")]
    [TestCase("")]
    public void Other_lines_tell_nothing(string line) => Assert.That(TaskProgress.Percent(line), Is.Null);

    [Test]
    public void The_last_line_that_tells_counts() =>
        Assert.That(TaskProgress.Percent(["transferred 1 B of 4 B (25.00%)", "transferred 2 B of 4 B (50.00%)", "done"]), Is.EqualTo(50));
}
