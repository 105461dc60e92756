using System.Diagnostics;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>Many dashboards are open, with a long history behind them.</summary>
public sealed class FeedStreamLoadTests
{
    private const int Watchers = 500, History = 5_000, Open = 200, Events = 100;

    /// <summary>DESIGN.md, 13.</summary>
    private const long MostBytes = 512 * 1024;

    [Test]
    public async Task Five_hundred_watchers_cost_little_and_get_all_that_is_theirs()
    {
        await using var api = await TestApi.StartAsync();
        var companies = new[] { api.Seeds.Acme, api.Seeds.Globex };
        await SowHistoryAsync(api, companies);
        var jobs = new Dictionary<int, Job>();
        foreach (var company in companies)
        {
            for (var i = 0; i < Open / companies.Length; i++)
            {
                jobs[company] = await api.Seeds.JobAsync(company);
                await api.Progress.PublishAsync(jobs[company].ToView());
            }
        }

        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        using var acme = api.As(api.Seeds.AcmeOperator);
        var clients = await ClientsAsync(api, companies);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var streams = await Task.WhenAll(clients.Select(async client => (client.Company, Stream: await client.Client.FollowAsync("/api/jobs/events"))));
        await Task.WhenAll(streams.Select(stream => SkipAsync(stream.Stream, Open / companies.Length)));
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Watchers;

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var reading = streams.Select(stream => ReadAsync(stream.Stream, jobs[stream.Company].Id)).ToList();
        var commands = new List<int>();
        for (var number = 1; number <= Events; number++)
        {
            foreach (var company in companies)
            {
                await api.Progress.ReportAsync(new JobRef(jobs[company].Id, company, 1), new JobChange { Percent = number * 100.0 / Events });
            }

            if (number % 10 == 0)
            {
                commands.Add((await acme.PostAsync($"/api/vms/{vm}/start")).Status);
            }
        }

        var read = await Task.WhenAll(reading);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        TestContext.Out.WriteLine(
            $"{bytes / 1024.0:0} KB a watcher; {cpu.TotalMicroseconds / (Events * Watchers):0.0} us of CPU an event and watcher, the client's included");

        Assert.That(commands, Is.EqualTo(Enumerable.Repeat(202, Events / 10)));
        foreach (var (events, stream) in read.Zip(streams))
        {
            Assert.That(events.Percents, Is.EqualTo(Enumerable.Range(1, Events)), "all of its company, in order");
            Assert.That(events.Companies, Is.SubsetOf(new int?[] { stream.Company }), "none of another's");
            stream.Stream.Dispose();
        }

        Assert.That(bytes, Is.LessThan(MostBytes), "memory of a watcher and of its client");
        clients.ForEach(client => client.Client.Dispose());
    }

    private static async Task SowHistoryAsync(TestApi api, int[] companies)
    {
        await using var db = api.Database.OpenAll();
        for (var i = 0; i < History; i++)
        {
            var ended = api.Clock.GetUtcNow().UtcDateTime.AddHours(-1).AddSeconds(-i);
            var job = new JobDraft
            {
                Kind = "vm.start",
                CompanyId = companies[i % companies.Length],
                RequestedByName = "anna",
                ClusterId = api.Seeds.Cluster,
                Target = new JobTarget("vm", 1, "web1"),
            }.Accept(ended, id => new Contracts.VmOperations.OperateVm { JobId = id, Action = Contracts.VmOperations.VmAction.Start });
            (job.Status, job.FinishedAt) = (JobStatus.Succeeded, ended);
            db.Add(job);
        }

        await db.SaveChangesAsync();
    }

    /// <summary>Half of them in each company, and no more streams a user than are allowed.</summary>
    private static async Task<List<(int Company, ApiClient Client)>> ClientsAsync(TestApi api, int[] companies)
    {
        const int each = 20;
        var clients = new List<(int, ApiClient)>();
        while (clients.Count < Watchers)
        {
            var company = companies[clients.Count / each % companies.Length];
            var user = await api.Seeds.UserAsync($"watcher{clients.Count}", Role.Operator, company);
            for (var i = 0; i < each; i++)
            {
                clients.Add((company, api.As(user)));
            }
        }

        return clients;
    }

    private static async Task SkipAsync(EventReader stream, int count)
    {
        for (var i = 0; i < count; i++)
        {
            await stream.NextAsync();
        }
    }

    /// <summary>The changes of the company's job, until it is at 100 percent, and of which companies the jobs are that begin meanwhile.</summary>
    private static async Task<(List<int> Percents, HashSet<int?> Companies)> ReadAsync(EventReader stream, Guid job)
    {
        var (percents, companies) = (new List<int>(), new HashSet<int?>());
        while (percents.Count == 0 || percents[^1] != 100)
        {
            var data = (await stream.NextAsync())!.Data!;
            if ((string?)data["id"] == $"{job}")
            {
                percents.Add((int)Math.Round((double)data["percent"]!));
            }
            else
            {
                // Null for a change of another company's job, which has no such field.
                companies.Add((int?)data["company_id"]);
            }
        }

        return (percents, companies);
    }
}
