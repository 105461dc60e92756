using System.Text.Json.Nodes;
using MultiPanel.Api.Purging;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Api.Tests.Audit;

public sealed class AuditTests
{
    private TestApi api = null!;
    private ApiClient root = null!;
    private ApiClient admin = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        (root, admin) = (api.As(api.Seeds.Root), api.As(api.Seeds.AcmeAdmin).From("198.51.100.7"));
    }

    [TearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        admin.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task An_accepted_command_is_there_with_its_job()
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        var token = (string)(await admin.PostAsync("/api/tokens", new { name = "script", scope = "command" })).Data["token"]!;
        using var script = api.With(token).From("198.51.100.9");

        var accepted = await script.PostAsync($"/api/vms/{vm}/start");

        var entry = (await LatestAsync(admin))!;
        Assert.That((string?)entry["action"], Is.EqualTo("POST /api/vms/{id}/start"));
        Assert.That((string?)entry["kind"], Is.EqualTo("vm.start"));
        Assert.That((Guid)entry["job_id"]!, Is.EqualTo(accepted.JobId));
        Assert.That(((string?)entry["result"], (int)entry["status"]!), Is.EqualTo(("accepted", 202)));
        Assert.That((string?)entry["address"], Is.EqualTo("198.51.100.9"));
        Assert.That(entry["actor"]!.ToJsonString(), Does.Contain("acme-admin").And.Contain("script"));
        Assert.That(entry["target"]!.ToJsonString(), Is.EqualTo($$"""{"type":"vm","id":"{{vm}}","name":"web1"}"""));
        Assert.That((await admin.GetAsync($"/api/audit?job_id={accepted.JobId}")).Data.AsArray(), Has.Count.EqualTo(1), "once");
    }

    [Test]
    public async Task A_cancel_names_the_job_that_it_was_for()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);

        await root.PostAsync($"/api/jobs/{job.Id}/cancel");

        var entry = (await LatestAsync(admin))!;
        Assert.That(((string?)entry["kind"], (Guid)entry["job_id"]!, (int)entry["company_id"]!), Is.EqualTo(("vm.start", job.Id, api.Seeds.Acme)));
    }

    [Test]
    public async Task Each_job_tried_again_has_a_line_of_its_own_with_its_company()
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        var theirVm = await api.Seeds.VmAsync(api.Seeds.Globex);
        var parent = await api.Seeds.BulkAsync(api.Seeds.Acme, row => row.Status = JobStatus.Failed);
        var child = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.TargetId, row.Status, row.ParentId) = (vm, JobStatus.Failed, parent.Id));
        var ours = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.TargetId, row.Status) = (vm, JobStatus.Failed));
        var theirs = await api.Seeds.JobAsync(api.Seeds.Globex, row => (row.TargetId, row.Status) = (theirVm, JobStatus.Failed));
        var gone = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.TargetId, row.Status) = (99_999, JobStatus.Failed));

        await root.PostAsync("/api/jobs/retry", """{"since":"2026-11-22T00:00:00Z"}""");
        await api.Seeds.ChangeAsync<Data.Jobs.Job>(ours.Id, row => row.Status = JobStatus.Failed);
        await admin.PostAsync($"/api/jobs/{ours.Id}/retry");

        var lines = (await root.GetAsync("/api/audit")).Data.AsArray();
        Assert.That(
            lines.Where(e => (string?)e!["action"] == "POST /api/jobs/retry" && e["job_id"] is not null).Select(e => ((Guid)e!["job_id"]!, (int)e["company_id"]!, (string?)e["kind"])),
            Is.EquivalentTo(new[]
            {
                (parent.Id, api.Seeds.Acme, "vm.bulk"), (child.Id, api.Seeds.Acme, "vm.start"), (ours.Id, api.Seeds.Acme, "vm.start"), (theirs.Id, api.Seeds.Globex, "vm.start"),
            }));
        Assert.That(lines.Where(e => (string?)e!["action"] == "POST /api/jobs/retry" && e["job_id"] is null).Select(e => (int)e!["status"]!), Is.EqualTo(new[] { 200 }), "the request's own");
        Assert.That(lines.Count(e => (string?)e!["action"] == "POST /api/jobs/{id}/retry"), Is.EqualTo(1), "once");
        Assert.That((await admin.GetAsync($"/api/audit?job_id={ours.Id}")).Data.AsArray(), Has.Count.EqualTo(2));
        Assert.That((await admin.GetAsync($"/api/audit?job_id={gone.Id}")).Data.AsArray(), Is.Empty, "it was not tried again");
    }

    [Test]
    public async Task A_priority_names_its_job_and_its_company()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme);

        Assert.That((await root.PostAsync($"/api/jobs/{job.Id}/priority", """{"priority":"background"}""")).Status, Is.EqualTo(200));

        var entry = (await LatestAsync(admin))!;
        Assert.That(((string?)entry["action"], (string?)entry["kind"], (Guid)entry["job_id"]!, (int)entry["company_id"]!),
            Is.EqualTo(("POST /api/jobs/{id}/priority", "vm.start", job.Id, api.Seeds.Acme)));
    }

    [Test]
    public async Task A_change_is_there_by_the_names_of_what_it_changed()
    {
        await root.PatchAsync($"/api/clusters/{api.Seeds.Cluster}", new { name = "east", secret = "geheim", endpoints = new[] { "https://127.0.0.1:1" } });
        await admin.PatchAsync($"/api/users/{api.Seeds.AcmeUser}", new { email = "new@example.com", status = "inactive" });
        await root.PatchAsync($"/api/clusters/{api.Seeds.Cluster}", new { vmid_to = 1 });

        var log = await root.GetAsync("/api/audit");

        Assert.That(log.Data.AsArray().Select(e => e!["changed"]?.ToJsonString()), Is.EqualTo(new[] { null, """["email","status","tokens_valid_from"]""", """["name","sealed_secret"]""" }), log.Text);
        Assert.That(log.Text, Does.Not.Contain("geheim").And.Not.Contain("new@example.com"));
    }

    [Test]
    public async Task A_refresh_token_names_its_user_be_it_refused_or_signed_out_with()
    {
        using var anonymous = api.Anonymous();
        await admin.PostAsync("/api/users", new { username = "berta", email = "b@example.com", password = "battery staple", role = "user" });
        var first = (string)(await anonymous.PostAsync("/api/auth/login", new { username = "berta", password = "battery staple" })).Data["refresh_token"]!;
        var second = (string)(await anonymous.PostAsync("/api/auth/refresh", new { refresh_token = first })).Data["refresh_token"]!;
        await anonymous.PostAsync("/api/auth/logout", new { refresh_token = second });
        await anonymous.PostAsync("/api/auth/refresh", new { refresh_token = second });
        var third = (string)(await anonymous.PostAsync("/api/auth/login", new { username = "berta", password = "battery staple" })).Data["refresh_token"]!;
        await anonymous.PostAsync("/api/auth/refresh", new { refresh_token = third });
        await anonymous.PostAsync("/api/auth/refresh", new { refresh_token = third });

        var lines = (await admin.GetAsync("/api/audit?limit=5")).Data.AsArray().Select(e => $"{e!["status"]} {e["code"]} {e["actor"]!["username"]} {e["action"]}");

        Assert.That(lines, Is.EqualTo(new[]
        {
            "401 refresh_token_reused berta POST /api/auth/refresh",
            "200  berta POST /api/auth/refresh",
            "200  berta POST /api/auth/login",
            "401 invalid_refresh_token berta POST /api/auth/refresh",
            "200  berta POST /api/auth/logout",
        }));
    }

    [Test]
    public async Task What_is_refused_is_there_with_its_reason()
    {
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);
        using var user = api.As(api.Seeds.AcmeUser);
        using var anonymous = api.Anonymous();

        await admin.PostAsync($"/api/vms/{theirs}/start");
        await admin.PostAsync("/api/vms", "{");
        await admin.PostAsync("/api/vms", "{}");
        await user.PostAsync($"/api/vms/{theirs}/stop");
        await anonymous.DeleteAsync($"/api/vms/{theirs}");

        var entries = (await root.GetAsync("/api/audit?result=refused")).Data.AsArray().Reverse().Select(e => $"{e!["status"]} {e["code"]} {e["actor"]!["username"]} {e["action"]}");
        Assert.That(entries, Is.EqualTo(new[]
        {
            "404 vm_not_found acme-admin POST /api/vms/{id}/start",
            "400 invalid_json acme-admin POST /api/vms",
            "400 validation_failed acme-admin POST /api/vms",
            "403 forbidden acme-user POST /api/vms/{id}/stop",
            "401 unauthorized  DELETE /api/vms/{id}",
        }));
        Assert.That((await api.As(api.Seeds.GlobexAdmin).GetAsync("/api/audit")).Data.AsArray(), Is.Empty, "what Acme tried is Acme's");
    }

    [Test]
    public async Task Sign_ins_good_and_bad_are_there_without_the_password()
    {
        using var anonymous = api.Anonymous().From("203.0.113.5");
        await admin.PostAsync("/api/users", new { username = "berta", email = "b@example.com", password = "battery staple", role = "user" });
        await anonymous.PostAsync("/api/auth/login", new { username = "berta", password = "battery staple" });
        await anonymous.PostAsync("/api/auth/login", new { username = "berta", password = "a wrong guess" });
        await anonymous.PostAsync("/api/vdi-integration/auth/login", new { username = "berta", password = "a wrong guess" });

        var log = await admin.GetAsync("/api/audit");

        Assert.That(log.Data.AsArray().Select(e => $"{e!["status"]} {e["code"]} {e["actor"]!["username"]} {e["action"]}"), Is.EqualTo(new[]
        {
            "401 invalid_credentials berta POST /api/vdi-integration/auth/login",
            "401 invalid_credentials berta POST /api/auth/login",
            "200  berta POST /api/auth/login",
            "201  acme-admin POST /api/users",
        }));
        Assert.That(log.Text, Does.Not.Contain("battery").And.Not.Contain("wrong guess"));
        Assert.That(log.Data[3]!["target"]!.ToJsonString(), Does.Contain("user").And.Contain("berta"));
    }

    [Test]
    public async Task It_filters_and_pages()
    {
        for (var i = 0; i < 5; i++)
        {
            await root.PostAsync("/api/companies", new { name = $"c{i}" });
            api.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var first = await root.GetAsync("/api/audit?limit=2&action=POST%20/api/companies");
        var second = await root.GetAsync($"/api/audit?limit=2&cursor={first.Json!["next_cursor"]}");
        var since = api.Clock.GetUtcNow().AddMinutes(-3.5).ToString("O").Replace("+", "%2B", StringComparison.Ordinal);

        Assert.That(first.Data.AsArray().Concat(second.Data.AsArray()).Select(e => (string?)e!["target"]!["name"]), Is.EqualTo(new[] { "c4", "c3", "c2", "c1" }));
        Assert.That((await root.GetAsync($"/api/audit?since={since}")).Data.AsArray(), Has.Count.EqualTo(3));
        Assert.That((await root.GetAsync($"/api/audit?until={since}&user_id={api.Seeds.Root}")).Data.AsArray(), Has.Count.EqualTo(2));
        Assert.That((await root.GetAsync($"/api/audit?user_id={api.Seeds.AcmeAdmin}")).Data.AsArray(), Is.Empty);
        Assert.That((await root.GetAsync("/api/audit?result=lost&job_id=x")).WrongFields, Is.EqualTo(new[] { "job_id", "result" }));
    }

    [Test]
    public async Task It_is_kept_for_its_time_and_cannot_be_changed()
    {
        await root.PostAsync("/api/companies", new { name = "old" });
        api.Clock.Advance(TimeSpan.FromDays(364));
        await admin.PostAsync("/api/tokens", new { name = "young" });
        await PurgesWaitAsync();
        api.Clock.Advance(TimeSpan.FromDays(1.5));
        await PurgesWaitAsync();

        await using var db = api.Database.OpenAll();
        Assert.That(db.AuditEntries.Select(entry => entry.Action), Is.EqualTo(new[] { "POST /api/tokens" }));
        Assert.That((await root.DeleteAsync("/api/audit")).Status, Is.EqualTo(405));
        Assert.That(typeof(Data.Audit.AuditEntry).GetProperties().Where(p => p.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Length == 0), Is.Empty);
    }

    /// <summary>That of the audit log and that of sign-ins wait for their next round.</summary>
    private Task PurgesWaitAsync() => api.TimersAsync(HourlyPurge.Pause, count: 2);

    private static async Task<JsonNode?> LatestAsync(ApiClient client) => (await client.GetAsync("/api/audit?limit=1")).Data[0];
}
