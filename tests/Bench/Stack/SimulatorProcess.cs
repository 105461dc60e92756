using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MultiPanel.Bench.Stack;

/// <summary>A running simulator, seen through its control endpoint.</summary>
internal sealed class SimulatorProcess : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly HostProcess process;
    private readonly HttpClient control;

    private SimulatorProcess(HostProcess process, int controlPort)
    {
        this.process = process;
        control = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{controlPort}") };
    }

    public int ProcessId => process.Id;

    /// <summary>With <c>name, endpoints, nodes, fingerprint, root_password, api_token</c> each.</summary>
    public IReadOnlyList<JsonObject> Clusters { get; private set; } = [];

    public static async Task<SimulatorProcess> StartAsync(Surroundings surroundings, Site site, CancellationToken stopping)
    {
        var port = FreePort.Next();
        var order = JsonSerializer.Serialize(new SimulatorHost.Order(site, port));
        var own = Path.Combine(AppContext.BaseDirectory, "MultiPanel.Bench.dll");
        var simulator = new SimulatorProcess(HostProcess.Start(surroundings, "simulator", ["dotnet", own, "simulator", order]), port);
        await Wait.UntilAsync(simulator.AnswersAsync, "Starting the simulator", TimeSpan.FromMinutes(1), stopping);
        return simulator;
    }

    /// <summary>Calls of the Proxmox API since it runs, in all clusters.</summary>
    public async Task<double> CallsAsync()
    {
        var all = 0d;
        foreach (var cluster in Clusters)
        {
            var calls = await control.GetFromJsonAsync<Dictionary<string, double>>($"/simulator/{cluster["name"]}/calls");
            all += calls!.Values.Sum();
        }

        return all;
    }

    /// <summary>The tasks of that type in the first cluster, running and ended, in the order of their start.</summary>
    public async Task<IReadOnlyList<ProxmoxTask>> TasksAsync(string type) =>
        [.. (await control.GetFromJsonAsync<List<ProxmoxTask>>($"/simulator/{Clusters[0]["name"]}/tasks", Json))!.Where(task => task.Type == type)];

    public async ValueTask DisposeAsync()
    {
        control.Dispose();
        await process.DisposeAsync();
    }

    private async Task<bool> AnswersAsync()
    {
        process.MustRun();
        try
        {
            Clusters = [.. (await control.GetFromJsonAsync<JsonArray>("/simulator"))!.Select(cluster => cluster!.AsObject())];
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
