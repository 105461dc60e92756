using StackExchange.Redis;

namespace MultiPanel.Progress.Tests;

/// <summary>What counts as a Redis that cannot be reached.</summary>
public sealed class UnreachableRedisTests
{
    private static readonly Exception[] Unreachable =
    [
        new RedisConnectionException(ConnectionFailureType.SocketClosed, "lost"),
        new RedisServerException("ERR commit failed"),
        new RedisTimeoutException("late", CommandStatus.Sent),
        new RedisCommandException("no server"),
        new ObjectDisposedException("multiplexer"),
        new TimeoutException(),
        new TaskCanceledException("what was pending when the connection was lost"),
    ];

    private static readonly Exception[] Faults = [new InvalidOperationException(), new FormatException(), new ArgumentException("wrong")];

    [TestCaseSource(nameof(Unreachable))]
    public void Failures_of_the_connection_and_the_server_count(Exception failure) =>
        Assert.That(RedisFailures.IsUnreachable(failure), Is.True);

    [TestCaseSource(nameof(Faults))]
    public void Faults_of_the_code_do_not_count(Exception failure) =>
        Assert.That(RedisFailures.IsUnreachable(failure), Is.False);

    [Test]
    public void A_cancellation_counts_unless_the_caller_asked_for_it()
    {
        using var stopping = new CancellationTokenSource();

        Assert.That(RedisFailures.IsUnreachable(new OperationCanceledException(), stopping.Token), Is.True);
        stopping.Cancel();
        Assert.That(RedisFailures.IsUnreachable(new OperationCanceledException(), stopping.Token), Is.False);
    }
}
