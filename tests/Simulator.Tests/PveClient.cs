using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MultiPanel.Simulator.Tests;

/// <summary>A bare client: raw paths, forms, the status line as it came.</summary>
internal sealed class PveClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly ManualClock? _clock;

    public PveClient(SimulatedCluster cluster, ManualClock? clock = null, string? token = null, int node = 0)
    {
        _clock = clock;
        var pin = cluster.Fingerprint.Replace(":", "", StringComparison.Ordinal);
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString(HashAlgorithmName.SHA256) == pin,
            },
        };
        _http = new HttpClient(handler) { BaseAddress = cluster.Endpoints[node] };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"PVEAPIToken={token}");
        }
    }

    public Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    public Task<Answer> Delete(string path) => Send(HttpMethod.Delete, path);

    public Task<Answer> Post(string path, params (string Name, object Value)[] form) => Send(HttpMethod.Post, path, form);

    public Task<Answer> Put(string path, params (string Name, object Value)[] form) => Send(HttpMethod.Put, path, form);

    public Task<Answer> Send(HttpMethod method, string path, params (string Name, object Value)[] form)
    {
        var request = new HttpRequestMessage(method, new Uri("/api2/json" + path, UriKind.Relative));
        if (method != HttpMethod.Get && method != HttpMethod.Delete)
        {
            request.Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, Convert.ToString(field.Value, CultureInfo.InvariantCulture))));
        }

        return Send(request);
    }

    public async Task<Answer> Send(HttpRequestMessage request)
    {
        var call = _http.SendAsync(request, request.Headers.Upgrade.Count > 0 ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);
        using var response = await (_clock is null ? call : _clock.Drive(call));
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            return new Answer((int)response.StatusCode, response.ReasonPhrase ?? "", ""); // what follows is no HTTP and has no end
        }

        return new Answer((int)response.StatusCode, response.ReasonPhrase ?? "", await response.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();
}

internal sealed record Answer(int Status, string Reason, string Body)
{
    public JsonNode? Json => Body.StartsWith('{') ? JsonNode.Parse(Body) : null;

    public JsonNode? Data => Json?["data"];

    public string Text => Data!.GetValue<string>();
}
