using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MultiPanel.Data;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator.Seeds;
using MultiPanel.TestKit;
using MultiPanel.Workers.Inventory;

namespace MultiPanel.Workers.Tests.Inventory;

/// <summary>A site whose first cluster has many stopped VMs without jobs, and the inventory of one worker over it.</summary>
public sealed class InventorySite : IAsyncDisposable
{
    /// <summary>The VMIDs count up from here.</summary>
    public const int First = 100;

    private InventorySite(Site site)
    {
        Site = site;
        Clock.Stop();
        Worker = NewWorker();
    }

    public Site Site { get; }

    public SqlLog Sql { get; } = new();

    public RecordedLog Log { get; } = new();

    /// <summary>The inventory's own: it stands still, so that no round is a minute late on a busy machine.</summary>
    public HeldClock Clock { get; } = new();

    /// <summary>Its rounds are done by hand; it remembers what it saw in them.</summary>
    public InventorySync Worker { get; }

    /// <param name="real">On MariaDB, Redis and RabbitMQ.</param>
    public static async Task<InventorySite> StartAsync(int vms, bool real = false)
    {
        var demo = new SiteOptions();
        var machines = Enumerable.Range(First, vms)
            .Select(vmid => new TemplateSeed(vmid, $"vm{vmid}", "east1", "l26", []) { IsTemplate = false });
        var site = await Site.StartAsync(new SiteOptions
        {
            Inventory = false,
            Stores = real ? await SiteStores.RealAsync() : null,
            Simulator = demo.Simulator with
            {
                Clusters = [demo.Simulator.Clusters[0] with { Templates = [.. demo.Simulator.Clusters[0].Templates, .. machines] }],
            },
        });
        return new InventorySite(site);
    }

    /// <summary>The inventory of a worker that has just started.</summary>
    public InventorySync NewWorker() => Site.Make<InventorySync>(new PanelDatabase(Site.Stores.Settings.Database, Sql), Log, Clock);

    /// <summary>A round of which only what it itself asks the database counts.</summary>
    public async Task RoundAsync(InventorySync? worker = null)
    {
        Sql.Clear();
        await (worker ?? Worker).RunOnceAsync(CancellationToken.None);
        await (worker ?? Worker).AllRead; // a busy machine may take longer than a round waits for one cluster
    }

    public async Task<Vm?> RowAsync(int vmid)
    {
        await using var db = Site.Database.OpenAll();
        return await db.Vms.AsNoTracking().SingleOrDefaultAsync(vm => vm.ClusterId == Site.Cluster.Id && vm.Vmid == vmid);
    }

    /// <summary>Changes rows as jobs do, past the inventory.</summary>
    public async Task ChangeAsync(int vmid, Action<Vm> change)
    {
        await using var db = Site.Database.OpenAll();
        change(await db.Vms.SingleAsync(vm => vm.Vmid == vmid));
        await db.SaveChangesAsync();
    }

    /// <summary>Renames VMs in Proxmox and waits until its list says so.</summary>
    public async Task RenameAsync(string name, params int[] vmids)
    {
        foreach (var vmid in vmids)
        {
            await Site.CallAsync(HttpMethod.Put, $"/nodes/east1/qemu/{vmid}/config", ("name", $"{name}{vmid}"));
        }

        await Site.SeesAsync(
            async site => (await site.CallAsync(HttpMethod.Get, "/cluster/resources?type=vm")).EnumerateArray()
                .Count(row => row.TryGetProperty("name", out var shown) && vmids.Any(vmid => shown.GetString() == $"{name}{vmid}")),
            renamed => renamed == vmids.Length,
            "Proxmox lists the new names");
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    /// <summary>The lines of the inventory's log.</summary>
    public sealed class RecordedLog : ILogger<InventorySync>
    {
        private readonly List<(LogLevel Level, string Text, Exception? Exception)> lines = [];

        public IReadOnlyList<(LogLevel Level, string Text, Exception? Exception)> Warnings
        {
            get
            {
                lock (lines)
                {
                    return lines.FindAll(line => line.Level >= LogLevel.Warning);
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
            {
                lines.Add((logLevel, formatter(state, exception), exception));
            }
        }
    }
}
