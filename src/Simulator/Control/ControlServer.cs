using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace MultiPanel.Simulator.Control;

/// <summary>
/// The control endpoint, on a port of its own, over plain HTTP on 127.0.0.1. <c>POST /simulator/{cluster}/{fault}</c> with the
/// fault's parameters as JSON; <c>GET /simulator</c> lists clusters, <c>GET /simulator/{cluster}/vms</c>, <c>/tasks</c> and
/// <c>/calls</c> what they have come to. Times are in seconds.
/// </summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ControlServer(WebApplication app) => _app = app;

    public Uri Endpoint => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<ControlServer> StartAsync(PveSimulator simulator, int port, CancellationToken cancellationToken)
    {
        // Empty: where the process itself is set to listen (Kestrel__Endpoints, ASPNETCORE_URLS) is none of its business.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRouting();
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        var app = builder.Build();
        Map(app, simulator);
        await app.StartAsync(cancellationToken);
        return new ControlServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static void Map(WebApplication app, PveSimulator simulator)
    {
        app.MapGet("/simulator", () => simulator.Clusters.Select(cluster => new
        {
            cluster.Name,
            cluster.Endpoints,
            cluster.Nodes,
            cluster.Fingerprint,
            cluster.RootPassword,
            cluster.ApiToken,
        }));
        app.MapGet("/simulator/{cluster}/vms", (string cluster) => OfCluster(simulator, cluster, found => found.Vms));
        app.MapGet("/simulator/{cluster}/tasks", (string cluster) => OfCluster(simulator, cluster, found => found.Tasks));
        app.MapGet("/simulator/{cluster}/calls", (string cluster) => OfCluster(simulator, cluster, found => found.Calls));
        app.MapPost("/simulator/{cluster}/{fault}", async (string cluster, string fault, FaultRequest? request) =>
        {
            var found = simulator.Clusters.FirstOrDefault(candidate => candidate.Name == cluster);
            if (found is null || !FaultCommands.All.TryGetValue(fault, out var command))
            {
                return Results.NotFound(new { message = $"no cluster '{cluster}' or fault '{fault}'", faults = FaultCommands.All.Keys });
            }

            try
            {
                await command(found.Faults, request ?? new FaultRequest());
                return Results.NoContent();
            }
            catch (Exception error) when (error is ArgumentException or InvalidOperationException or KeyNotFoundException)
            {
                return Results.BadRequest(new { message = error.Message });
            }
        });
    }

    private static IResult OfCluster<T>(PveSimulator simulator, string name, Func<SimulatedCluster, T> look) =>
        simulator.Clusters.FirstOrDefault(candidate => candidate.Name == name) is { } cluster ? Results.Ok(look(cluster)) : Results.NotFound();
}
