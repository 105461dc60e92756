using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace MultiPanel.Api.Tests.Host;

/// <summary>A caller's HTTP client; answers come with their JSON read.</summary>
public sealed class ApiClient : IDisposable
{
    private readonly HttpClient http;

    public ApiClient(string url, string? token)
    {
        http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(3) };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>As if behind a proxy on this machine, with this for the client's address.</summary>
    public ApiClient From(string address)
    {
        http.DefaultRequestHeaders.Remove("X-Forwarded-For");
        http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return this;
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path, null);

    /// <param name="json">Null: no body at all.</param>
    public Task<Answer> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    /// <param name="body">Serialized as it stands: its names are the JSON's.</param>
    public Task<Answer> PostAsync(string path, object body) => PostAsync(path, System.Text.Json.JsonSerializer.Serialize(body));

    public Task<Answer> PatchAsync(string path, object body) => PatchAsync(path, System.Text.Json.JsonSerializer.Serialize(body));

    public Task<Answer> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json);

    public Task<Answer> PutAsync(string path, object body) => PutAsync(path, System.Text.Json.JsonSerializer.Serialize(body));

    public Task<Answer> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    /// <param name="key">The Idempotency-Key; several when separated by commas.</param>
    public Task<Answer> OnceAsync(string key, string request, string? json = null) =>
        SendAsync(HttpMethod.Parse(request.Split(' ')[0]), request.Split(' ')[1], json, key: key);

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string contentType = "application/json", string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Opens an event stream.</summary>
    public async Task<EventReader> FollowAsync(string path, long? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", $"{lastEventId}");
        }

        return new EventReader(await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public void Dispose() => http.Dispose();
}

/// <summary>An answer and its JSON.</summary>
public sealed record Answer(int Status, string? ContentType, string? Location, TimeSpan? RetryAfter, string Text, JsonNode? Json)
{
    public JsonNode Data => Json!["data"]!;

    /// <summary>It is the answer to an earlier command with the same key.</summary>
    public bool Replayed { get; private init; }

    public string? Code => (string?)Json?["code"];

    public Guid JobId => Guid.Parse((string)Data["job_id"]!);

    public IEnumerable<string> WrongFields => Json?["errors"]?.AsObject().Select(wrong => wrong.Key) ?? [];

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var type = response.Content.Headers.ContentType?.MediaType;
        var json = type?.EndsWith("json", StringComparison.Ordinal) == true && text.Length > 0 ? JsonNode.Parse(text) : null;
        return new Answer((int)response.StatusCode, type, response.Headers.Location?.ToString(), response.Headers.RetryAfter?.Delta, text, json)
        {
            Replayed = response.Headers.TryGetValues("Idempotency-Replayed", out var replayed) && replayed.Single() == "true",
        };
    }
}
