using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;

namespace MultiPanel.Api.Tests.Auth;

public sealed class SignInLimitsTests
{
    private const string Network = "203.0.113.66";

    private readonly SignInLimits limits = new();

    [OneTimeTearDown]
    public void Dispose() => limits.Dispose();

    [Test]
    public async Task Who_leaves_while_waiting_leaves_no_turn_behind()
    {
        var others = new List<SignInAttempt>();
        for (var i = 0; i < 4; i++)
        {
            others.Add(await limits.EnterAsync($"other{i}", Network, default));
        }

        using var leaving = new CancellationTokenSource();
        var waits = limits.EnterAsync("anna", Network, leaving.Token);
        await leaving.CancelAsync();
        Assert.ThrowsAsync<TaskCanceledException>(() => waits);
        others.ForEach(other => other.Dispose());

        using var next = await limits.EnterAsync("anna", Network, default).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Who_is_one_too_many_waits_for_nothing()
    {
        using var first = await limits.EnterAsync("berta", "198.51.100.7", default);
        var waiting = Enumerable.Range(0, 20).Select(_ => limits.EnterAsync("berta", "198.51.100.7", default)).ToList();

        var refused = Assert.ThrowsAsync<ProblemException>(() => limits.EnterAsync("berta", "198.51.100.7", default));

        Assert.That(refused!.Status, Is.EqualTo(429));
        first.Dispose();
        foreach (var turn in waiting)
        {
            (await turn).Dispose();
        }
    }
}
