using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Chaos.Tests.Load;
using MultiPanel.Chaos.Tests.Plan;
using MultiPanel.Chaos.Tests.Troubles;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Chaos.Tests;

/// <summary>Carries a plan out: load and troubles side by side, then quiet until all is final.</summary>
internal sealed class ChaosRun(ChaosPlan plan, Installation installation)
{
    /// <summary>A trouble that stops everything would otherwise wait for steps that it prevents.</summary>
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(5);

    /// <summary>From the last trouble's end until the last job is final: all that was lost is found again within this.</summary>
    private static readonly TimeSpan LongestTail = TimeSpan.FromSeconds(75);

    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly List<string> problems = [];
    private TimeSpan handedIn, calm, final;

    public Tally Tally { get; } = new();

    /// <summary>What went wrong beside the rules.</summary>
    public IEnumerable<string> Problems => problems.Concat(Tally.Complaints);

    public async Task RunAsync(TimeSpan limit)
    {
        using var over = new CancellationTokenSource(limit);
        using var scene = new Scene(installation);
        var load = LoadAsync(over.Token);
        var troubles = Task.WhenAll(plan.Blows.Select(blow => StrikeAsync(scene, blow)));
        try
        {
            await load;
        }
        catch (Exception failure)
        {
            problems.Add($"the load stopped: {failure.Message}");
        }

        handedIn = watch.Elapsed;
        await troubles;
        await TestContext.Progress.WriteLineAsync($"{watch.Elapsed.TotalSeconds:0.0} s: the troubles are over");
        foreach (var cluster in scene.Clusters)
        {
            cluster.Faults.Clear();
        }

        foreach (var host in installation.Workers.Append(installation.Api))
        {
            scene.CheckAlive(host);
        }

        problems.AddRange(scene.Surprises);
        await installation.ApiReadyAsync();
        calm = watch.Elapsed;
        await SettleAsync();
        final = watch.Elapsed;
        await TestContext.Progress.WriteLineAsync($"{this}");
    }

    public override string ToString() =>
        $"{Tally.Accepted.Count} jobs accepted; load over after {handedIn.TotalSeconds:0.0} s, quiet after {calm.TotalSeconds:0.0} s, all final after {final.TotalSeconds:0.0} s";

    private async Task LoadAsync(CancellationToken limit)
    {
        var clients = new Dictionary<string, PanelClient>();
        try
        {
            foreach (var company in installation.Tenants.Companies.Keys)
            {
                clients[company] = await installation.SignInAsync(company);
            }

            var lanes = plan.Lanes.Select(lane => new LaneRunner(lane, Customer(lane.Company), Goods(lane.Cluster), Tally)).ToList();
            var rounds = plan.Rounds.Select(round => new RoundRunner(round, Customer(round.Company), Tally).RunAsync()).ToList();
            try
            {
                await Task.WhenAll(lanes.Select(lane => lane.RunAsync()));
            }
            finally
            {
                // What waits for a step that no lane will make any more happens now.
                Tally.Finish();
            }

            await Task.WhenAll(lanes.Select(lane => lane.CancelledAsync()).Concat(rounds));
        }
        finally
        {
            foreach (var client in clients.Values)
            {
                client.Dispose();
            }
        }

        Customer Customer(string company) => new(clients[company], Tally, limit);
    }

    private ClusterGoods Goods(int number)
    {
        var cluster = installation.Simulator.Clusters[number];
        return new ClusterGoods(cluster.Nodes, installation.Tenants.Templates
            .Where(template => template.Key.Cluster == cluster.Name).ToDictionary(template => template.Key.Name, template => template.Value));
    }

    private async Task StrikeAsync(Scene scene, Blow blow)
    {
        await Tally.ReachedAsync(blow.At);
        await TestContext.Progress.WriteLineAsync($"{watch.Elapsed.TotalSeconds:0.0} s, step {Tally.Steps}: {blow.Trouble}");
        try
        {
            await blow.Trouble.StrikeAsync(scene, Task.WhenAny(Tally.ReachedAsync(blow.At + blow.For), Task.Delay(LongestTrouble))).WaitAsync(LongestTail);
        }
        catch (Exception failure)
        {
            problems.Add($"{blow}: {failure}");
        }
    }

    private async Task SettleAsync()
    {
        try
        {
            await Eventually.IsAsync(AllFinalAsync, "every job is final", LongestTail);
        }
        catch (TimeoutException)
        {
            // A rule says which jobs are not.
        }
    }

    private async Task<bool> AllFinalAsync()
    {
        await using var db = installation.Database.OpenAll();
        return !await db.Jobs.AnyAsync(job => job.FinishedAt == null);
    }
}
