using System.Net.Http.Headers;
using System.Text;

namespace MultiPanel.TestKit.Servers;

/// <summary>A RabbitMQ that keeps its queues over a restart, and that a test may kill, launched as <c>ops/lib/servers.sh</c> launches the shared one.</summary>
public sealed class PrivateRabbitMq : PrivateServer
{
    private const string User = "multipanel";

    private readonly string password = Guid.NewGuid().ToString("N");
    private readonly int apiPort = FreePort.Next(), distPort = FreePort.Next();
    private readonly HttpClient api = new();
    private readonly PrivateEpmd epmd;

    private PrivateRabbitMq(PrivateEpmd epmd)
    {
        this.epmd = epmd;
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{password}")));
    }

    protected override IReadOnlyList<string> Command =>
        [ServerScript.Find("rabbitmq"), $"{Port}", $"{apiPort}", $"{distPort}", $"{epmd.Port}", User, password];

    public static async Task<PrivateRabbitMq> LaunchAsync()
    {
        var server = new PrivateRabbitMq(await PrivateEpmd.LaunchAsync());
        await server.StartAsync();
        return server;
    }

    public Task<TestVirtualHost> VirtualHostAsync() => TestVirtualHost.CreateAsync(
        new Uri($"amqp://{User}:{password}@127.0.0.1:{Port}"), new Uri($"http://{User}:{password}@127.0.0.1:{apiPort}"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await epmd.DisposeAsync();
        api.Dispose();
    }

    /// <summary>The management API answers 200 only once AMQP connections are taken too.</summary>
    protected override async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await api.GetAsync($"http://127.0.0.1:{apiPort}/api/health/checks/port-listener/{Port}");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
