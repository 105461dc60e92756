using MultiPanel.Hosting.Settings;

namespace MultiPanel.Workers;

/// <summary>The settings of a worker host.</summary>
public sealed record WorkerSettings
{
    /// <summary>How often a cluster's running tasks are looked at.</summary>
    public TimeSpan WatchTick { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the inventory is read from each cluster; pvestatd's own cycle is 10 s.</summary>
    public TimeSpan InventoryCycle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many messages of each queue this worker handles at once.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>How long finished jobs are kept.</summary>
    public TimeSpan JobsKept { get; init; } = TimeSpan.FromDays(90);

    public static WorkerSettings Read(SettingsReader reader) => new()
    {
        WatchTick = TimeSpan.FromMilliseconds(reader.Number("WATCH_TICK_MS", otherwise: 500, from: 50, to: 60_000)),
        InventoryCycle = TimeSpan.FromSeconds(reader.Number("INVENTORY_SECONDS", otherwise: 10, from: 1, to: 3_600)),
        Concurrency = reader.Number("WORKER_CONCURRENCY", otherwise: 16, from: 1, to: 1_000),
        JobsKept = TimeSpan.FromDays(reader.Number("JOBS_DAYS", otherwise: 90, from: 1, to: 36_500)),
    };
}
