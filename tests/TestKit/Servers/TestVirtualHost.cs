using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;

namespace MultiPanel.TestKit.Servers;

/// <summary>A virtual host of its own on a RabbitMQ server, deleted with its queues and connections on dispose.</summary>
public sealed class TestVirtualHost : IAsyncDisposable
{
    private TestVirtualHost(Uri server, Uri api)
    {
        Name = $"mp-test-{Guid.NewGuid():N}";
        Url = $"amqp://{server.UserInfo}@{server.Authority}/{Name}";
        Api = new HttpClient { BaseAddress = new Uri($"{api.Scheme}://{api.Authority}/api/") };
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(api.UserInfo))));
    }

    /// <summary>Its name on the server.</summary>
    public string Name { get; }

    /// <summary>The value that <c>RABBITMQ_URL</c> takes for this virtual host.</summary>
    public string Url { get; }

    /// <summary>RabbitMQ's management API, signed in as administrator; paths are relative to <c>/api/</c>.</summary>
    public HttpClient Api { get; }

    internal static async Task<TestVirtualHost> CreateAsync(Uri server, Uri api)
    {
        var host = new TestVirtualHost(server, api);
        var user = server.UserInfo.Split(':')[0];
        await host.SendAsync(HttpMethod.Put, $"vhosts/{host.Name}", new { });
        await host.SendAsync(
            HttpMethod.Put, $"permissions/{host.Name}/{user}", new { configure = ".*", write = ".*", read = ".*" });
        return host;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await SendAsync(HttpMethod.Delete, $"vhosts/{Name}", null);
        Api.Dispose();
    }

    private async Task SendAsync(HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await Api.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}
