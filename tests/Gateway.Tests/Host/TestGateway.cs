using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MultiPanel.Gateway.Settings;

namespace MultiPanel.Gateway.Tests.Host;

/// <summary>An answer, read whole.</summary>
internal sealed record Reply(int Status, HttpResponseHeaders Headers, string? ContentType, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => (string?)Json["code"];

    public string Message => (string)Json["message"]!;
}

/// <summary>A gateway on a free port, with Kestrel and all.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication app;

    private readonly Clock clock;

    private TestGateway(WebApplication app, Lines log, Clock clock)
    {
        this.clock = clock;
        this.app = app;
        Log = log.Written;
        Address = app.Urls.Single();
        Client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = new Uri(Address) };
    }

    public string Address { get; }

    public HttpClient Client { get; }

    public IReadOnlyCollection<string> Log { get; }

    public static string SystemToken { get; } = Jwt.Make(
        new { sub = 1, username = "system", role = "super_admin", company_id = (int?)null, iat = Jwt.In(hours: -1), exp = Jwt.In(hours: 24) });

    public static Task<TestGateway> PinnedToAsync(FakePanel panel) =>
        StartAsync(panel.Address, ("MAIN_PANEL_FINGERPRINT", panel.Certificate!.Fingerprint()));

    public static async Task<TestGateway> StartAsync(string panel, params (string Name, string Value)[] more)
    {
        var settings = GatewaySettings.Read(new SettingsReader(Configuration([("MAIN_PANEL_API_BASE", panel), ("PORT", "0"), .. more])));
        var builder = WebApplication.CreateBuilder();
        var lines = new Lines();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(lines);
        builder.AddGateway(settings);
        var clock = new Clock();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.WebHost.UseUrls(settings.Url);
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
        return new TestGateway(app, lines, clock);
    }

    /// <summary>What every gateway needs, and what is given beside it or instead; an empty value removes one.</summary>
    public static IConfiguration Configuration(params (string Name, string Value)[] given)
    {
        var values = new Dictionary<string, string?> { ["SYSTEM_JWT_TOKEN"] = SystemToken, ["JWT_SECRET"] = Jwt.Secret };
        foreach (var (name, value) in given)
        {
            values[name] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }

    public Task<Reply> GetAsync(string path, string? token = "valid") => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), token);

    public Task<Reply> PostAsync(string path, string json, string? token = "valid") =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(json, Encoding.UTF8, "application/json") }, token);

    public async Task<Reply> SendAsync(HttpRequestMessage request, string? token = "valid")
    {
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {(token == "valid" ? Jwt.Valid : token)}");
        }

        using var answer = await Client.SendAsync(request);
        return new Reply((int)answer.StatusCode, answer.Headers, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>For what the gateway remembers.</summary>
    public void Advance(TimeSpan by) => clock.Ahead += by;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
