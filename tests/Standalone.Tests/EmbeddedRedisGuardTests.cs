using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using MultiPanel.Hosting.Settings;
using MultiPanel.TestKit;
using StackExchange.Redis;

namespace MultiPanel.Standalone.Tests;

/// <summary>When the guard reopens the embedded Redis, and when it ends the process.</summary>
public sealed class EmbeddedRedisGuardTests
{
    private Script redis = null!;
    private Lifetime lifetime = null!;
    private EmbeddedRedisGuard guard = null!;

    [SetUp]
    public async Task Start()
    {
        (redis, lifetime) = (new Script(), new Lifetime());
        guard = new EmbeddedRedisGuard(redis, lifetime, new InstantClock(), new RecordingLog<EmbeddedRedisGuard>());
        await guard.StartAsync(default);
    }

    [TearDown]
    public async Task Stop()
    {
        await guard.StopAsync(default);
        guard.Dispose();
        lifetime.Dispose();
    }

    [Test]
    public async Task A_redis_that_takes_writes_again_by_itself_is_left_alone()
    {
        await redis.AnswerAsync(false, false, true, false, false, true);

        Assert.That((redis.Reopened, lifetime.IsStopped), Is.EqualTo((0, false)));
    }

    [Test]
    public async Task While_the_disk_is_full_it_waits_and_reopens_redis_when_there_is_room()
    {
        redis.Room = false;
        await redis.AnswerAsync(false, false, false, false, false, false);
        var whileFull = redis.Reopened;

        redis.Room = true;
        await redis.AnswerAsync(false, true);

        Assert.That((whileFull, redis.Reopened, lifetime.IsStopped), Is.EqualTo((0, 1, false)));
        Assert.DoesNotThrow(guard.ThrowIfGivenUp);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task When_reopening_does_not_help_it_stops_the_host_with_a_clear_text(bool reopeningThrows)
    {
        redis.Failure = reopeningThrows ? new IOException("port") : null;
        var rounds = EmbeddedRedisGuard.FailuresBeforeReopening * (EmbeddedRedisGuard.MostReopenings + 1);
        await redis.AnswerAsync([.. Enumerable.Repeat(false, rounds)], more: false);
        await lifetime.Stopped.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(redis.Reopened, Is.EqualTo(EmbeddedRedisGuard.MostReopenings));
        var why = Assert.Throws<HostFailedException>(guard.ThrowIfGivenUp)!;
        Assert.That(why.Message, Does.StartWith("MultiPanel stops").And.Contain("DATA_DIR").And.Not.Contain("\n"));
    }

    [Test]
    public async Task A_write_that_succeeds_makes_the_count_of_reopenings_start_again()
    {
        for (var time = 0; time <= EmbeddedRedisGuard.MostReopenings; time++)
        {
            await redis.AnswerAsync(false, false, false, true);
        }

        Assert.That((redis.Reopened, lifetime.IsStopped), Is.EqualTo((EmbeddedRedisGuard.MostReopenings + 1, false)));
    }

    private sealed class Script : IEmbeddedRedis
    {
        private readonly Channel<bool> answers = Channel.CreateUnbounded<bool>(), asked = Channel.CreateUnbounded<bool>();

        public bool Room { get; set; } = true;

        public Exception? Failure { get; set; }

        public int Reopened { get; private set; }

        /// <summary>Answers so many writes, and waits until the guard has drawn its conclusion and writes again.</summary>
        public Task AnswerAsync(params bool[] writes) => AnswerAsync(writes, more: true);

        public async Task AnswerAsync(bool[] writes, bool more)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            foreach (var succeeds in writes)
            {
                await asked.Reader.ReadAsync(limit.Token);
                answers.Writer.TryWrite(succeeds);
            }

            if (more)
            {
                await asked.Reader.WaitToReadAsync(limit.Token);
            }
        }

        public async Task WriteAsync(CancellationToken cancellation)
        {
            asked.Writer.TryWrite(true);
            if (!await answers.Reader.ReadAsync(cancellation))
            {
                throw new RedisServerException("ERR commit failed with error code 28");
            }
        }

        public bool HasRoom() => Room;

        public Task ReopenAsync(CancellationToken cancellation)
        {
            Reopened++;
            return Failure is null ? Task.CompletedTask : Task.FromException(Failure);
        }
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => stopping.Token;

        public CancellationToken ApplicationStopped => default;

        public Task Stopped => stopped.Task;

        public bool IsStopped => stopped.Task.IsCompleted;

        public void StopApplication() => stopped.TrySetResult();

        public void Dispose() => stopping.Dispose();
    }
}
