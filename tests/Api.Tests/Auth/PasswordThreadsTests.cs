using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Tests.Auth;

public sealed class PasswordThreadsTests
{
    [Test]
    public async Task Of_a_full_line_who_has_failed_most_goes()
    {
        using var threads = new PasswordThreads();
        var busy = await BusyThreads.HoldAsync(threads);
        var guesses = Enumerable.Range(0, 1_000).Select(i => threads.RunAsync(i, () => i, default)).ToList();

        var honest = threads.RunAsync(0, () => -1, default);
        var worse = threads.RunAsync(2_000, () => -2, default);

        Assert.That(new Task[] { guesses[^1], worse }.Select(task => (task.Exception?.InnerException as ProblemException)?.Status), Is.All.EqualTo(429));
        busy.Dispose();
        Assert.That(await honest, Is.EqualTo(-1));
        Assert.That(await Task.WhenAll(guesses[..^1]), Is.EqualTo(Enumerable.Range(0, 999)));
    }
}
