using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace MultiPanel.Bench.Counters;

/// <summary>A virtual host of the private RabbitMQ, and what the management API counts in it.</summary>
internal sealed class Broker : IAsyncDisposable
{
    /// <summary>RabbitMQ's <c>collect_statistics_interval</c> is 5 s: sooner a count is of the past.</summary>
    public static readonly TimeSpan Behind = TimeSpan.FromSeconds(6);

    private readonly HttpClient http;

    public Broker(Uri api, string virtualHost)
    {
        VirtualHost = virtualHost;
        http = new HttpClient { BaseAddress = new Uri($"http://{api.Host}:{api.Port}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(api.UserInfo)));
    }

    public string VirtualHost { get; }

    public async Task CreateAsync()
    {
        await DeleteAsync();
        using var made = await http.PutAsync($"/api/vhosts/{VirtualHost}", JsonContent.Create(new { }));
        made.EnsureSuccessStatusCode();
    }

    /// <summary>Messages that it was given until <see cref="Behind"/> ago.</summary>
    public async Task<double> PublishedAsync() =>
        (await http.GetFromJsonAsync<JsonObject>($"/api/vhosts/{VirtualHost}"))?["message_stats"]?["publish"]?.GetValue<double>() ?? 0;

    public async ValueTask DisposeAsync()
    {
        await DeleteAsync();
        http.Dispose();
    }

    private async Task DeleteAsync()
    {
        using var gone = await http.DeleteAsync($"/api/vhosts/{VirtualHost}");
    }
}
