using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MultiPanel.Bench.Stack;

/// <summary>The panel's HTTP API as a script uses it.</summary>
internal sealed class PanelClient(Uri address) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromHours(1) })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>The access token, once signed in.</summary>
    public string Token { get; private set; } = "";

    public async Task<bool> IsReadyAsync(CancellationToken stopping)
    {
        try
        {
            using var answer = await http.GetAsync("/api/health/ready", stopping);
            return answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonObject>(stopping))!["data"]!["status"]!.GetValue<string>() == "ready";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    public async Task SignInAsync(string username, string password, CancellationToken stopping)
    {
        var data = await SendAsync(HttpMethod.Post, "/api/auth/login", new { username, password }, stopping);
        Token = data["token"]!.GetValue<string>();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <returns>The <c>data</c> of the answer.</returns>
    public async Task<JsonNode> SendAsync(HttpMethod method, string path, object? body, CancellationToken stopping) =>
        (await AnswerAsync(method, path, body, stopping))["data"]!;

    /// <summary>All pages of a list.</summary>
    public async Task<IReadOnlyList<JsonObject>> ListAsync(string path, CancellationToken stopping)
    {
        var all = new List<JsonObject>();
        var cursor = "";
        while (true)
        {
            var page = await AnswerAsync(HttpMethod.Get, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=500{cursor}", null, stopping);
            all.AddRange(page["data"]!.AsArray().Select(item => item!.AsObject()));
            if (page["next_cursor"] is not { } next)
            {
                return all;
            }

            cursor = $"&cursor={Uri.EscapeDataString(next.GetValue<string>())}";
        }
    }

    /// <summary>The cursor of the page after that.</summary>
    public async Task<string> CursorAsync(string path, CancellationToken stopping) =>
        (await AnswerAsync(HttpMethod.Get, path, null, stopping))["next_cursor"]!.GetValue<string>();

    /// <summary>Opens a stream of Server-Sent Events; its lines come from the reader.</summary>
    public async Task<StreamReader> OpenStreamAsync(string path, CancellationToken stopping)
    {
        var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, stopping);
        answer.EnsureSuccessStatusCode();
        return new StreamReader(await answer.Content.ReadAsStreamAsync(stopping));
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonObject> AnswerAsync(HttpMethod method, string path, object? body, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await http.SendAsync(request, stopping);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<JsonObject>(stopping))!
            : throw new HttpRequestException($"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stopping)}");
    }
}
