using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Start;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Api.Tests.Health;

/// <summary>What still works while a store is down.</summary>
public sealed class StoresDownTests
{
    [Test]
    public async Task With_all_there_it_is_ready()
    {
        await using var api = await TestApi.StartAsync();
        using var client = api.Anonymous();

        var ready = await client.GetAsync("/api/health/ready");

        Assert.That((string?)(await client.GetAsync("/api/health")).Data["status"], Is.EqualTo("ok"));
        Assert.That((string?)ready.Data["status"], Is.EqualTo("ready"), ready.Text);
        foreach (var name in new[] { "database", "redis", "broker" })
        {
            Assert.That((string?)ready.Data["dependencies"]![name]!["state"], Is.EqualTo("up"), name);
            Assert.That((double)ready.Data["dependencies"]![name]!["latency_ms"]!, Is.GreaterThanOrEqualTo(0), name);
        }
    }

    [Test]
    public async Task Without_redis_reads_come_from_the_database_and_commands_are_accepted()
    {
        await using var api = await TestApi.StartAsync();
        using var acme = api.As(api.Seeds.AcmeOperator);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        api.StopRedis();

        var command = await acme.PostAsync($"/api/vms/{vm}/start");
        var job = await acme.GetAsync($"/api/jobs/{command.JobId}");
        var list = await acme.GetAsync("/api/jobs");
        var cancelled = await acme.PostAsync($"/api/jobs/{command.JobId}/cancel");
        using var stream = await acme.FollowAsync($"/api/jobs/{command.JobId}/events");
        var followed = await stream.NextAsync();
        var ready = await acme.GetAsync("/api/health/ready");

        Assert.That((command.Status, (string?)job.Data["status"], list.Status, cancelled.Status), Is.EqualTo((202, "queued", 200, 202)));
        Assert.That(followed!.Status, Is.EqualTo("cancelled"));
        Assert.That((string?)ready.Data["status"], Is.EqualTo("degraded"));
        Assert.That((string?)ready.Data["dependencies"]!["redis"]!["state"], Is.EqualTo("down"));
    }

    [Test]
    public async Task It_starts_without_redis()
    {
        await using var api = await TestApi.StartAsync(redis: false);
        using var acme = api.As(api.Seeds.AcmeOperator);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);

        Assert.That((await acme.PostAsync($"/api/vms/{vm}/start")).Status, Is.EqualTo(202));
        Assert.That((string?)(await acme.GetAsync("/api/health/ready")).Data["status"], Is.EqualTo("degraded"));
    }

    [Test]
    public async Task Without_the_broker_commands_and_cancels_are_accepted()
    {
        await using var api = await TestApi.StartAsync(rabbitMq: new Uri("amqp://guest:guest@127.0.0.1:1/"));
        using var acme = api.As(api.Seeds.AcmeOperator);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);

        var command = await acme.PostAsync($"/api/vms/{vm}/start");
        var cancelled = await acme.PostAsync($"/api/jobs/{command.JobId}/cancel");
        var ready = await acme.GetAsync("/api/health/ready");

        Assert.That((command.Status, cancelled.Status), Is.EqualTo((202, 202)));
        Assert.That((string?)ready.Data["dependencies"]!["broker"]!["state"], Is.EqualTo("down"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task No_command_waits_for_an_unreachable_store(bool redisIsDown)
    {
        await using var api = await TestApi.StartAsync(rabbitMq: redisIsDown ? null : new Uri("amqp://guest:guest@127.0.0.1:1/"), redis: !redisIsDown);
        using var acme = api.As(api.Seeds.AcmeOperator);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        var failed = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.TargetId, row.Status) = (vm, JobStatus.Failed));
        await acme.GetAsync("/api/jobs");

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var started = await acme.OnceAsync("a1", $"POST /api/vms/{vm}/start");
        var bulk = await acme.PostAsync("/api/vms/bulk", $$"""{"action":"stop","ids":[{{vm}}]}""");
        var moved = await acme.PostAsync($"/api/jobs/{started.JobId}/priority", """{"priority":"background"}""");
        var retried = await acme.PostAsync($"/api/jobs/{failed.Id}/retry");
        var cancelled = await acme.PostAsync($"/api/jobs/{bulk.JobId}/cancel");
        watch.Stop();

        TestContext.Out.WriteLine($"5 commands in {watch.ElapsedMilliseconds} ms");
        Assert.That(
            new[] { started.Status, bulk.Status, moved.Status, retried.Status, cancelled.Status }, Is.EqualTo(new[] { 202, 202, 200, 202, 202 }));
        var listed = (await acme.GetAsync("/api/jobs")).Data.AsArray().Select(job => ((string?)job!["kind"], (string?)job["status"]));
        Assert.That(listed, Is.EquivalentTo(new[] { ("vm.start", "queued"), ("vm.start", "queued"), ("vm.bulk", "cancelling"), ("vm.stop", "cancelled") }));

        // Every one of them would have waited for seconds: 5 for Redis, 10 for the broker.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [TestCase("POST /api/vms", """{"template_id":{template},"name":"half"}""")]
    [TestCase("POST /api/vms/bulk", """{"action":"start","ids":[{vm}]}""")]
    public async Task A_transaction_that_breaks_in_the_middle_leaves_nothing(string request, string body)
    {
        await using var api = await TestApi.StartAsync();
        using var acme = api.As(api.Seeds.AcmeOperator);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        var template = await api.Seeds.TemplateAsync();
        await using var db = api.Database.OpenAll();
        var vms = await db.Vms.CountAsync();
        await db.Database.ExecuteSqlRawAsync("CREATE TRIGGER broken BEFORE INSERT ON jobs WHEN NEW.kind <> 'vm.bulk' BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END");

        var answer = await acme.OnceAsync(
            "k1", request, body.Replace("{template}", $"{template}", StringComparison.Ordinal).Replace("{vm}", $"{vm}", StringComparison.Ordinal));

        Assert.That(answer.Status, Is.GreaterThanOrEqualTo(500), answer.Text);
        Assert.That((await db.Jobs.CountAsync(), await db.Vms.CountAsync(), await db.IdempotencyKeys.CountAsync()), Is.EqualTo((0, vms, 0)));
    }

    [Test]
    public async Task Without_the_database_everything_says_so_and_comes_back_by_itself()
    {
        await using var api = await TestApi.StartAsync();
        using var acme = api.As(api.Seeds.AcmeOperator);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        await acme.GetAsync("/api/auth/me");
        api.LoseDatabase();

        var command = await acme.PostAsync($"/api/vms/{vm}/start");
        var login = await acme.PostAsync("/api/auth/login", """{"username":"a","password":"b"}""");
        var ready = await acme.GetAsync("/api/health/ready");
        var alive = await acme.GetAsync("/api/health");

        foreach (var refused in new[]
        {
            command,
            await acme.OnceAsync("k1", $"DELETE /api/vms/{vm}"),
            await acme.PostAsync("/api/vms/bulk", $$"""{"action":"stop","ids":[{{vm}}]}"""),
            await acme.PostAsync($"/api/jobs/{Guid.NewGuid()}/retry"),
            await acme.PostAsync($"/api/jobs/{Guid.NewGuid()}/cancel"),
        })
        {
            Assert.That((refused.Status, refused.Code), Is.EqualTo((503, "database_unavailable")), refused.Text);
        }

        Assert.That(command.RetryAfter, Is.Not.Null);
        Assert.That((login.Status, login.Code), Is.EqualTo((503, "database_unavailable")));
        Assert.That((ready.Status, (string?)ready.Json!["dependencies"]!["database"]!["state"]), Is.EqualTo((503, "down")));
        Assert.That(alive.Status, Is.EqualTo(200));
        api.FindDatabase();
        Assert.That((await acme.PostAsync($"/api/vms/{vm}/start")).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task A_database_without_its_schema_is_waited_for_and_the_first_admin_is_made()
    {
        await using var api = await TestApi.StartAsync(migrated: false);
        using var client = api.Anonymous();

        var early = await client.GetAsync("/api/jobs");
        await api.Database.MigrateAsync();
        await api.TimersAsync(DatabaseStart.Pause);
        api.Clock.Advance(DatabaseStart.Pause);
        await api.ReadyAsync();
        var login = await client.PostAsync("/api/auth/login", """{"username":"admin","password":"first-admin"}""");

        Assert.That((early.Status, early.Code), Is.EqualTo((503, "database_unavailable")));
        Assert.That((string?)early.Json!["detail"], Does.Contain("migrate"));
        Assert.That((string?)login.Data["user"]!["role"], Is.EqualTo("super_admin"), login.Text);
    }
}
