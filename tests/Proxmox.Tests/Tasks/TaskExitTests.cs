using MultiPanel.Proxmox.Tasks;

namespace MultiPanel.Proxmox.Tests.Tasks;

internal sealed class TaskExitTests
{
    [Test]
    public void Ok_is_success() => Assert.That(TaskExit.Parse("OK"), Is.EqualTo(new TaskExit.Succeeded()));

    [Test]
    public void Warnings_are_success_with_their_number()
    {
        var exit = TaskExit.Parse("WARNINGS: 3");

        Assert.That(exit, Is.EqualTo(new TaskExit.Warnings(3)));
        Assert.That(exit.IsSuccess, Is.True);
    }

    [TestCase("unexpected status")]
    [TestCase("unable to read tail (got 0 bytes)")]
    [TestCase("")]
    [TestCase(null)]
    public void A_killed_worker_leaves_it_unknown(string? text)
    {
        Assert.That(TaskExit.Parse(text), Is.TypeOf<TaskExit.Unknown>());
        Assert.That(TaskExit.Parse(text).IsSuccess, Is.False);
    }

    [TestCase("VM is locked (backup)")]
    [TestCase("WARNINGS: many")]
    [TestCase("ok")]
    public void Any_other_text_is_failure(string text) => Assert.That(TaskExit.Parse(text), Is.EqualTo(new TaskExit.Failed(text)));

    [Test]
    public void A_row_without_status_and_end_still_runs()
    {
        Assert.That(PveTaskStatus.OfRow(null, ended: false).IsRunning, Is.True);
        Assert.That(PveTaskStatus.OfRow("RUNNING", ended: false).IsRunning, Is.True);
        Assert.That(PveTaskStatus.OfRow(null, ended: true).Exit, Is.TypeOf<TaskExit.Unknown>());
        Assert.That(PveTaskStatus.OfRow("WARNINGS: 1", ended: true).Exit, Is.EqualTo(new TaskExit.Warnings(1)));
    }
}
