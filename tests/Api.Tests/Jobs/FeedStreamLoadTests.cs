using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Progress;
using MultiPanel.TestKit.Servers;
using StackExchange.Redis;

namespace MultiPanel.Api.Tests.Jobs;

/// <summary>Many dashboards are open, with a long history behind them.</summary>
public sealed class FeedStreamLoadTests
{
    private const int Watchers = 500, History = 5_000, Open = 600, Events = 100, AtOnce = 25;

    /// <summary>DESIGN.md, 13.</summary>
    private const long MostBytes = 512 * 1024;

    [Test]
    public async Task Five_hundred_watchers_cost_little_and_get_all_that_is_theirs()
    {
        // A process of its own: in this one it would compete with 500 clients for threads.
        await using var redis = await PrivateRedis.LaunchAsync();
        await using var api = await TestApi.StartAsync(redisAt: redis.Address);
        // As a worker writes, but patient: this is no test of how long Redis may take on a busy machine.
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{redis.Address},asyncTimeout=60000,syncTimeout=60000");
        var progress = new JobProgress(connection, api.Services.GetRequiredService<IJobSource>(), api.Clock);
        var companies = new[] { api.Seeds.Acme, api.Seeds.Globex };
        await SowAsync(api, companies, History, (row, ended) => (row.Status, row.FinishedAt) = (JobStatus.Succeeded, ended));
        var open = await SowAsync(api, companies, Open, (_, _) => { });
        foreach (var piece in open.Chunk(AtOnce))
        {
            await Task.WhenAll(piece.Select(job => progress.PublishAsync(job.ToView())));
        }

        var jobs = companies.ToDictionary(company => company, company => open.First(job => job.CompanyId == company));
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        using var acme = api.As(api.Seeds.AcmeOperator);
        var clients = await ClientsAsync(api, companies);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var streams = new List<(int Company, EventReader Stream)>();
        foreach (var piece in clients.Chunk(AtOnce))
        {
            streams.AddRange(await Task.WhenAll(piece.Select(client => FollowAsync(client.Client, client.Company, Open / companies.Length))));
        }

        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Watchers;

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var reading = streams.Select(stream => ReadAsync(stream.Stream, jobs[stream.Company].Id)).ToList();
        var commands = new List<int>();
        for (var number = 1; number <= Events; number++)
        {
            foreach (var company in companies)
            {
                await progress.ReportAsync(new JobRef(jobs[company].Id, company, 1), new JobChange { Percent = number * 100.0 / Events });
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

    /// <summary>Jobs of an hour ago, half of them in each company.</summary>
    private static async Task<List<Job>> SowAsync(TestApi api, int[] companies, int count, Action<Job, DateTime> with)
    {
        var rows = new List<Job>();
        for (var i = 0; i < count; i++)
        {
            var time = api.Clock.GetUtcNow().UtcDateTime.AddHours(-1).AddSeconds(-i);
            var job = new JobDraft
            {
                Kind = JobKinds.VmStart,
                CompanyId = companies[i % companies.Length],
                RequestedByName = "somebody",
                ClusterId = api.Seeds.Cluster,
                Target = new JobTarget("vm", 1, "web1"),
                Steps = ["task", "observe"],
            }.Accept(time, id => new Contracts.VmOperations.OperateVm { JobId = id, Action = Contracts.VmOperations.VmAction.Start });
            with(job, time);
            rows.Add(job);
        }

        await using var db = api.Database.OpenAll();
        db.AddRange(rows);
        await db.SaveChangesAsync();
        return rows;
    }

    /// <summary>Half of them in each company, and no more streams a user than are allowed.</summary>
    private static async Task<List<(int Company, ApiClient Client)>> ClientsAsync(TestApi api, int[] companies)
    {
        const int each = 20;
        var clients = new List<(int, ApiClient)>();
        while (clients.Count < Watchers)
        {
            var company = companies[clients.Count / each % companies.Length];
            var user = await api.Seeds.UserAsync($"watcher{clients.Count}", Contracts.Auth.Role.Operator, company);
            for (var i = 0; i < each; i++)
            {
                clients.Add((company, api.As(user)));
            }
        }

        return clients;
    }

    /// <summary>Opens a stream and reads the open jobs.</summary>
    private static async Task<(int Company, EventReader Stream)> FollowAsync(ApiClient client, int company, int open)
    {
        var stream = await client.FollowAsync("/api/jobs/events");
        for (var i = 0; i < open; i++)
        {
            Assert.That(await stream.NextAsync(), Is.Not.Null);
        }

        return (company, stream);
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
