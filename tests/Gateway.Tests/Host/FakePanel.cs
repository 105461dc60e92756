using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MultiPanel.Gateway.Tests.Host;

/// <summary>What a main panel got of a request.</summary>
internal sealed record Arrival(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A main panel with a certificate of its own, that answers as the test says and keeps what arrived.</summary>
internal sealed class FakePanel : IAsyncDisposable
{
    private readonly ConcurrentQueue<Arrival> arrivals = new();
    private WebApplication? app;

    private FakePanel(X509Certificate2? certificate) => Certificate = certificate;

    public X509Certificate2? Certificate { get; private set; }

    public int Port { get; private set; }

    public string Address => $"{(Certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    public IReadOnlyCollection<Arrival> Arrivals => arrivals;

    public Func<HttpContext, Task> Answer { get; set; } = UsualAsync;

    public static async Task<FakePanel> StartAsync(X509Certificate2? certificate)
    {
        var panel = new FakePanel(certificate);
        await panel.ListenAsync();
        return panel;
    }

    public static Task<FakePanel> SelfSignedAsync() => StartAsync(Certificates.SelfSigned());

    /// <summary>What has arrived, and how it was to answer: for the next test.</summary>
    public void Forget()
    {
        arrivals.Clear();
        Answer = UsualAsync;
    }

    /// <summary>On the port that it had, if it had one.</summary>
    public async Task ListenAsync(X509Certificate2? certificate = null)
    {
        Certificate = certificate ?? Certificate;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port, listen =>
        {
            if (Certificate is not null)
            {
                listen.UseHttps(Certificate);
            }
        }));
        app = builder.Build();
        app.UseWebSockets();
        app.Run(async context =>
        {
            var request = context.Request;
            var body = context.WebSockets.IsWebSocketRequest ? "" : await new StreamReader(request.Body).ReadToEndAsync();
            var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
            arrivals.Enqueue(new Arrival(request.Method, target, request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
            await Answer(context);
        });
        await app.StartAsync();
        Port = new Uri(app.Urls.Single()).Port;
    }

    public async Task GoDownAsync()
    {
        if (app is not null)
        {
            await app.StopAsync(new CancellationToken(canceled: true)); // at once: open connections are cut off
            await app.DisposeAsync();
            app = null;
        }
    }

    public async ValueTask DisposeAsync() => await GoDownAsync();

    private static Task UsualAsync(HttpContext context) => context.Response.WriteAsJsonAsync(new { success = true, data = "from the panel" });
}
