using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace MultiPanel.TestKit.Servers;

/// <summary>A virtual host of its own on a RabbitMQ server, deleted with its queues and connections on dispose.</summary>
public sealed class TestVirtualHost : IAsyncDisposable
{
    private readonly string user;

    private TestVirtualHost(Uri server, Uri api)
    {
        user = server.UserInfo.Split(':')[0];
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
        await host.SendAsync(HttpMethod.Put, $"vhosts/{host.Name}", new { });
        await host.OpenDoorAsync();
        return host;
    }

    /// <summary>Refuses new connections and closes the open ones: to its users the broker is unreachable.</summary>
    public async Task CloseDoorAsync()
    {
        await SendAsync(HttpMethod.Delete, $"permissions/{Name}/{user}", null);
        // The list of connections lags behind by a few seconds; a connection that appears late is closed late.
        var shown = new HashSet<string>();
        await Eventually.IsAsync(
            async () =>
            {
                var open = (await Api.GetFromJsonAsync<JsonElement>($"vhosts/{Name}/connections")).EnumerateArray()
                    .Select(connection => connection.GetProperty("name").GetString()!).ToList();
                foreach (var connection in open)
                {
                    shown.Add(connection);
                    using var closed = await Api.DeleteAsync($"connections/{Uri.EscapeDataString(connection)}");
                }

                return open.Count == 0 && shown.Count > 0;
            },
            "no client is connected to the broker", TimeSpan.FromSeconds(30));
    }

    public Task OpenDoorAsync() =>
        SendAsync(HttpMethod.Put, $"permissions/{Name}/{user}", new { configure = ".*", write = ".*", read = ".*" });

    /// <summary>The names of all queues as they are now.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync() =>
        [.. (await Api.GetFromJsonAsync<JsonElement>($"queues/{Name}")).EnumerateArray().Select(queue => queue.GetProperty("name").GetString()!)];

    /// <summary>Deletes every queue with what is in it, as an operator at the management page may.</summary>
    /// <returns>How many there were.</returns>
    /// <param name="but">Begins the names of those that stay.</param>
    public async Task<int> DeleteQueuesAsync(string? but = null)
    {
        var queues = (await QueuesAsync()).Where(queue => but is null || !queue.StartsWith(but, StringComparison.Ordinal)).ToList();
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
