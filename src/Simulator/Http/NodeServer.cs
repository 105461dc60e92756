using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace MultiPanel.Simulator.Http;

/// <summary>A node's port. Closed and opened again, it keeps its number.</summary>
internal sealed class NodeServer(ApiPipeline pipeline, X509Certificate2 certificate, int port) : IAsyncDisposable
{
    private WebApplication? _app;

    public int Port { get; private set; } = port;

    /// <summary>Opens its port; where it has none yet, or another program has taken that meanwhile, another one.</summary>
    public async Task OpenSomewhereAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // Below 32768, where the kernel takes none for an outgoing connection while this one is closed for a time.
                Port = Port > 0 ? Port : Random.Shared.Next(20_000, 32_000);
                await OpenAsync(cancellationToken);
                return;
            }
            catch (IOException taken) when (taken.InnerException is AddressInUseException)
            {
                Port = 0;
            }
        }
    }

    public async Task OpenAsync(CancellationToken cancellationToken = default)
    {
        if (_app is not null)
        {
            return;
        }

        // Empty: where the process itself is set to listen (Kestrel__Endpoints, ASPNETCORE_URLS) is none of its business.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // pve-http-server's own limit answers 501
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(5);
            kestrel.Listen(IPAddress.Loopback, Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.UseHttps(certificate);
            });
        });
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(pipeline.HandleAsync);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        _app = app;
    }

    /// <summary>Closes the port and drops what is connected.</summary>
    public async Task CloseAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();
}
