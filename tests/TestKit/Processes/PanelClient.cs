using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Http;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.TestKit.Processes;

/// <summary>The API as a script uses it.</summary>
public sealed class PanelClient(Uri address) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };

    public async Task SignInAsync(string username, string password)
    {
        var result = await PostAsync<LoginResult>("/api/auth/login", new LoginRequest { Username = username, Password = password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", result.Token);
    }

    public async Task<T> GetAsync<T>(string path) => await ReadAsync<T>(await http.GetAsync(path));

    public async Task<T> PostAsync<T>(string path, object body) =>
        await ReadAsync<T>(await http.PostAsJsonAsync(path, body, ContractJson.Options));

    public async Task<T> PutAsync<T>(string path, object body) =>
        await ReadAsync<T>(await http.PutAsJsonAsync(path, body, ContractJson.Options));

    /// <summary>Hands a command in.</summary>
    /// <returns>The job's id.</returns>
    public async Task<Guid> CommandAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body, options: ContractJson.Options),
        };
        return (await ReadAsync<JobAccepted>(await http.SendAsync(request))).JobId;
    }

    /// <summary>Sends a command, whatever the answer.</summary>
    /// <param name="key">What the command is known by, should it be sent again because its answer was lost.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body, string key, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = body is null ? null : JsonContent.Create(body, options: ContractJson.Options),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request, cancellation);
    }

    /// <summary>Follows the job's event stream to its end.</summary>
    /// <returns>The data of each event.</returns>
    public async Task<IReadOnlyList<JsonElement>> FollowAsync(Guid job, CancellationToken cancellation = default)
    {
        using var response = await http.GetAsync($"/api/jobs/{job}/events", HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        var events = new List<JsonElement>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(cancellation)).EnumerateAsync(cancellation))
        {
            events.Add(JsonDocument.Parse(item.Data).RootElement);
        }

        return events;
    }

    /// <summary>Sends a command and waits for the job's end.</summary>
    public async Task<JobView> RunAsync(HttpMethod method, string path, object? body = null) => await EndAsync(await CommandAsync(method, path, body));

    public async Task<JobView> EndAsync(Guid job)
    {
        await FollowAsync(job);
        return await GetAsync<JobView>($"/api/jobs/{job}");
    }

    public void Dispose() => http.Dispose();

    /// <summary>The <c>data</c> of an answer.</summary>
    public static T Parse<T>(string answer) => JsonSerializer.Deserialize<Envelope<T>>(answer, ContractJson.Options)!.Data;

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? Parse<T>(text) : throw new HttpRequestException($"{(int)response.StatusCode} {text}");
    }
}
