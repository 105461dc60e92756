using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiPanel.Progress.Loops;
using MultiPanel.TestKit;
using StackExchange.Redis;

namespace MultiPanel.Progress.Tests.Loops;

public sealed class RepeatingServiceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

#pragma warning disable CA2201 // Exceptions that only wrong code throws are what these tests are about.
    private static IEnumerable<TestCaseData> Failures()
    {
        yield return new TestCaseData(new TaskCanceledException()).SetArgDisplayNames("a pending Redis call that its connection's end cancels");
        yield return new TestCaseData(new RedisTimeoutException("late", CommandStatus.Sent)).SetArgDisplayNames("a Redis that does not answer");
        yield return new TestCaseData(new ObjectDisposedException("connection")).SetArgDisplayNames("a connection that was disposed");
        yield return new TestCaseData(new NullReferenceException()).SetArgDisplayNames("a mistake of ours");
        yield return new TestCaseData(new AggregateException(new IOException("disk"))).SetArgDisplayNames("anything else");
    }

    [TestCaseSource(nameof(Failures))]
    public async Task No_failure_ends_the_loop_or_its_host(Exception failure)
    {
        using var service = new Scripted();
        using var host = Host(service);
        await host.StartAsync();

        service.Then(Task.FromException);
        var next = await service.NextRoundAsync(failure);
        next = await service.NextRoundAsync(failure);

        Assert.That(next, Is.EqualTo(3), "the third round runs after two that failed");
        Assert.That(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested, Is.False);
        await host.StopAsync();
        Assert.That(service.ExecuteTask!.IsCompletedSuccessfully, Is.True, "a stop ends the loop, and only a stop does");
    }

    [Test]
    public async Task A_redis_call_that_is_pending_when_its_connection_is_closed_ends_no_loop()
    {
        using var service = new Scripted();
        using var host = Host(service);
        await host.StartAsync();
        var pending = new TaskCompletionSource();

        service.Then(_ => pending.Task);
        var next = service.NextRoundAsync(new IOException());
        pending.SetCanceled();

        Assert.That(await next, Is.EqualTo(2));
        await host.StopAsync();
    }

    [Test]
    public async Task A_loop_that_fails_beside_another_does_not_hold_it_up()
    {
        using var service = new TwoLanes();
        using var host = Host(service);
        await host.StartAsync();

        await service.Worked.Task.WaitAsync(Limit);

        await host.StopAsync();
        Assert.That(service.ExecuteTask!.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public async Task What_throws_outside_of_the_rounds_is_called_again()
    {
        using var service = new BrokenSetUp();
        using var host = Host(service);
        await host.StartAsync();

        await service.Third.Task.WaitAsync(Limit);

        await host.StopAsync();
    }

    [Test]
    public void A_kind_of_failure_shows_its_stack_once_and_again_after_an_hour()
    {
        var (log, clock) = (new RecordingLog<FailureLog>(), new TestClock());
        var failures = new FailureLog(log, clock);

        failures.Write(Thrown(new NullReferenceException("a")), "round 1");
        failures.Write(Thrown(new NullReferenceException("b")), "round 2");
        failures.Write(Thrown(new IOException("c")), "round 3");
        failures.Write(Elsewhere(new NullReferenceException("d")), "round 4");
        clock.Now += TimeSpan.FromHours(1);
        failures.Write(Thrown(new NullReferenceException("e")), "round 5");
        failures.Clear();
        failures.Write(Thrown(new NullReferenceException("f")), "round 6");

        Assert.That(log.Lines.Select(line => line.Text), Is.EqualTo(new[] { "round 1: a", "round 2: b", "round 3: c", "round 4: d", "round 5: e", "round 6: f" }));
        Assert.That(log.Lines.Select(line => line.Stack is not null), Is.EqualTo(new[] { true, false, true, true, true, true }));
        Assert.That(log.Lines.Select(line => line.Level), Is.EqualTo(
            new[] { LogLevel.Error, LogLevel.Error, LogLevel.Warning, LogLevel.Error, LogLevel.Error, LogLevel.Error }));
    }

#pragma warning restore CA2201
    private static Exception Thrown(Exception failure)
    {
        try
        {
            throw failure;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    private static Exception Elsewhere(Exception failure)
    {
        try
        {
            throw failure;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    private static IHost Host(IHostedService service)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(service);
        return builder.Build();
    }

    /// <summary>Its rounds wait for the test.</summary>
    private sealed class Scripted() : RepeatingService(new RecordingLog<Scripted>(), new InstantClock())
    {
        private readonly Channel<int> begun = Channel.CreateUnbounded<int>();
        private readonly Channel<Exception> scripts = Channel.CreateUnbounded<Exception>();
        private Func<Exception, Task> act = Task.FromException;
        private int rounds;

        public void Then(Func<Exception, Task> next) => act = next;

        /// <summary>Lets the round that waits go on, to throw.</summary>
        /// <returns>The number of the round after it.</returns>
        public async Task<int> NextRoundAsync(Exception failure)
        {
            using var limit = new CancellationTokenSource(Limit);
            var current = await begun.Reader.ReadAsync(limit.Token);
            scripts.Writer.TryWrite(failure);
            await begun.Reader.WaitToReadAsync(limit.Token);
            return current + 1;
        }

        protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) => loop.RunAsync(
            async token =>
            {
                begun.Writer.TryWrite(++rounds);
                await act(await scripts.Reader.ReadAsync(token));
            },
            stopping);
    }

    private sealed class TwoLanes() : RepeatingService(new RecordingLog<TwoLanes>(), new InstantClock())
    {
        private int failed;

        public TaskCompletionSource Worked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task RunAsync(RoundLoop loop, CancellationToken stopping) =>
            Task.WhenAll(loop.RunAsync(FailAsync, stopping), loop.RunAsync(WorkAsync, stopping));

        private Task FailAsync(CancellationToken token) => ++failed < 3 ? throw new InvalidOperationException("always") : Task.Delay(Timeout.Infinite, token);

        private async Task WorkAsync(CancellationToken token)
        {
            await Task.Yield();
            Worked.TrySetResult();
            await Task.Delay(Timeout.Infinite, token);
        }
    }

    private sealed class BrokenSetUp() : RepeatingService(new RecordingLog<BrokenSetUp>(), new InstantClock())
    {
        private int calls;

        public TaskCompletionSource Third { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override Task RunAsync(RoundLoop loop, CancellationToken stopping)
        {
            if (++calls < 3)
            {
                throw new InvalidOperationException("not yet");
            }

            Third.TrySetResult();
            return loop.RunAsync(token => Task.Delay(Timeout.Infinite, token), stopping);
        }
    }
}
