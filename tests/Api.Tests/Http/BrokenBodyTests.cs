using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Http;

/// <summary>A body that cannot be read is its sender's fault: no 500, and nothing that fills the log.</summary>
public sealed class BrokenBodyTests
{
    private BodyLog log = null!;
    private TestApi api = null!;

    [SetUp]
    public async Task StartAsync() => api = await TestApi.StartAsync(log: log = new BodyLog());

    [TearDown]
    public async Task StopAsync()
    {
        await api.DisposeAsync();
        log.Dispose();
    }

    [TestCase("FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    [TestCase("xyz\r\n{}\r\n0\r\n\r\n")]
    [TestCase("2\r\n{}zz0\r\n\r\n")]
    public async Task Chunks_that_are_not_well_formed_are_400(string chunks)
    {
        var answer = await SendAsync($"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}");

        Assert.That(answer, Does.StartWith("HTTP/1.1 400 ").And.Contain("bad_request"));
        Assert.That(Complaints, Is.Empty);
    }

    [Test]
    public async Task A_connection_that_is_reset_in_the_middle_is_noted_for_who_debugs()
    {
        using (var client = await ConnectAsync())
        {
            await client.SendAsync(Head("Content-Length: 1000\r\n\r\n{"));
            await log.SaysAsync(line => line.Message.Contains("Executing endpoint", StringComparison.Ordinal));
            client.Close(0); // a reset instead of a tidy end
        }

        await log.SaysAsync(line => line is { Level: LogLevel.Debug } && line.Message.Contains("the client left before there was an answer", StringComparison.Ordinal));
        Assert.That(Complaints, Is.Empty);
    }

    private IEnumerable<string> Complaints => log.Lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message);

    private async Task<string> SendAsync(string rest)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(Head(rest));
        using var answer = new StreamReader(new NetworkStream(client));
        return await answer.ReadToEndAsync();
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync("127.0.0.1", new Uri(api.Url).Port);
        return socket;
    }

    private static byte[] Head(string rest) => Encoding.ASCII.GetBytes($"POST /api/auth/login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{rest}");

    private sealed class BodyLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentDictionary<TaskCompletionSource, Func<(LogLevel Level, string Message), bool>> awaited = new();

        public ConcurrentQueue<(LogLevel Level, string Message)> Lines { get; } = new();

        /// <summary>Waits for a line, also one of the past.</summary>
        public async Task SaysAsync(Func<(LogLevel Level, string Message), bool> fits)
        {
            var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            awaited[said] = fits;
            if (!Lines.Any(fits))
            {
                await said.Task.WaitAsync(TimeSpan.FromMinutes(1));
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = (logLevel, formatter(state, exception));
            Lines.Enqueue(line);
            foreach (var (said, _) in awaited.Where(one => one.Value(line)))
            {
                said.TrySetResult();
            }
        }

        public void Dispose()
        {
        }
    }
}
