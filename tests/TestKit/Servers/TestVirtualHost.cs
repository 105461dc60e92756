using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

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

    /// <summary>The names of all queues as they are now.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync() =>
        [.. (await Api.GetFromJsonAsync<JsonElement>($"queues/{Name}")).EnumerateArray().Select(queue => queue.GetProperty("name").GetString()!)];

    /// <summary>Deletes every queue with what is in it, as somebody at the management page may.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteQueuesAsync()
    {
        var queues = await QueuesAsync();
        foreach (var queue in queues)
        {
            using var response = await Api.DeleteAsync($"queues/{Name}/{Uri.EscapeDataString(queue)}");
            if (response.StatusCode != HttpStatusCode.NotFound)
            {
                response.EnsureSuccessStatusCode();
            }
        }

        return queues.Count;
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
