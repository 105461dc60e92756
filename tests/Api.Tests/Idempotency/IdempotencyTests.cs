using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Tests.Idempotency;

public sealed class IdempotencyTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private ApiClient root = null!;
    private int vm;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        root = api.As(api.Seeds.Root);
        vm = await api.Seeds.VmAsync(api.Seeds.Acme);
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        root.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task The_same_command_again_is_the_same_job_as_it_stands_now()
    {
        var first = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        await api.Seeds.ChangeAsync<Job>(first.JobId, job => job.Status = JobStatus.Running);

        var second = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/start");

        Assert.That((first.Status, first.Replayed), Is.EqualTo((202, false)), first.Text);
        Assert.That((second.Status, second.Replayed, second.JobId), Is.EqualTo((202, true, first.JobId)), second.Text);
        Assert.That((second.Location, (string?)second.Data["status"]), Is.EqualTo(($"/api/jobs/{first.JobId}", "running")));
        Assert.That(await JobsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task How_the_json_is_laid_out_does_not_matter()
    {
        var first = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/snapshots", """{"name":"before","with_memory":true}""");
        var second = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/snapshots", """  { "with_memory" : true , "name" : "befor\u0065" } """);

        Assert.That((second.Replayed, second.JobId), Is.EqualTo((true, first.JobId)), second.Text);
    }

    [TestCase("POST /api/vms/{vm}/stop", null)]
    [TestCase("POST /api/vms/{vm}/suspend", """{"to_disk":true}""")]
    [TestCase("DELETE /api/vms/{vm}", null)]
    public async Task The_same_key_for_another_command_is_refused(string request, string? body)
    {
        await acme.OnceAsync("k1", $"POST /api/vms/{vm}/suspend");

        var other = await acme.OnceAsync("k1", request.Replace("{vm}", $"{vm}", StringComparison.Ordinal), body);

        Assert.That((other.Status, other.Code), Is.EqualTo((422, "idempotency_key_reused")), other.Text);
        Assert.That(await JobsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Keys_are_each_users_own()
    {
        var first = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        var other = await root.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        var upper = await acme.OnceAsync("K1", $"POST /api/vms/{vm}/start");

        Assert.That((other.Status, other.Replayed, other.JobId != first.JobId), Is.EqualTo((202, false, true)));
        Assert.That((upper.Status, upper.Replayed, upper.JobId != first.JobId), Is.EqualTo((202, false, true)), "keys differ by case");
    }

    [Test]
    public async Task Keys_are_each_services_own()
    {
        using var portal = Service("portal", api.Seeds.Acme);
        using var again = Service("portal", api.Seeds.Acme);
        using var billing = Service("billing", api.Seeds.Acme);
        using var namesake = Service("portal", api.Seeds.Globex);

        var first = await portal.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        var same = await again.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        var other = await billing.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        var foreign = await namesake.OnceAsync("k1", $"POST /api/vms/{vm}/start");

        Assert.That((same.Status, same.Replayed, same.JobId), Is.EqualTo((202, true, first.JobId)), same.Text);
        Assert.That((other.Status, other.Replayed, other.JobId != first.JobId), Is.EqualTo((202, false, true)), other.Text);
        Assert.That(foreign.Status, Is.EqualTo(404), "it does not even learn that the key was used");

        ApiClient Service(string name, int company) => api.With(Jwt.Make(
            new { sub = "9999", username = name, role = "company_admin", company_id = company, exp = api.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds() }));
    }

    [Test]
    public async Task A_key_is_forgotten_after_a_day()
    {
        var first = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        api.Clock.Advance(TimeSpan.FromHours(23));
        using var later = api.As(api.Seeds.AcmeOperator);
        var kept = await later.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        api.Clock.Advance(TimeSpan.FromHours(1));

        var second = await later.OnceAsync("k1", $"POST /api/vms/{vm}/stop");

        Assert.That((kept.Replayed, kept.JobId), Is.EqualTo((true, first.JobId)));
        Assert.That((second.Status, second.Replayed), Is.EqualTo((202, false)), second.Text);
        await using var db = api.Database.OpenAll();
        Assert.That((await db.IdempotencyKeys.SingleAsync()).JobId, Is.EqualTo(second.JobId));
    }

    [Test]
    public async Task A_repeated_delete_answers_though_the_vm_is_gone()
    {
        var first = await acme.OnceAsync("k1", $"DELETE /api/vms/{vm}");
        await using (var db = api.Database.OpenAll())
        {
            await db.Vms.Where(row => row.Id == vm).ExecuteDeleteAsync();
        }

        var second = await acme.OnceAsync("k1", $"DELETE /api/vms/{vm}");

        Assert.That((second.Status, second.JobId), Is.EqualTo((202, first.JobId)), second.Text);
        Assert.That((await acme.OnceAsync("k2", $"DELETE /api/vms/{vm}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_refused_command_does_not_use_the_key_up()
    {
        var other = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => row.Template = true);
        var refused = await acme.OnceAsync("k1", $"POST /api/vms/{other}/start");
        var wrong = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/migrate", "{}");
        var broken = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/migrate", """{"node":""");

        var accepted = await acme.OnceAsync("k1", $"POST /api/vms/{vm}/start");

        Assert.That((refused.Status, wrong.Status, broken.Code), Is.EqualTo((409, 400, "invalid_json")));
        Assert.That((accepted.Status, accepted.Replayed), Is.EqualTo((202, false)), accepted.Text);
    }

    [TestCase("POST /api/vms/{vm}/start", null)]
    [TestCase("POST /api/vms/{vm}/clone", """{"name":"copy"}""")]
    public async Task Of_many_at_once_one_is_done_and_all_hear_of_it(string request, string? body)
    {
        request = request.Replace("{vm}", $"{vm}", StringComparison.Ordinal);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => acme.OnceAsync("k1", request, body)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(202), string.Join('\n', answers.Select(answer => answer.Text)));
        Assert.That(answers.Select(answer => answer.JobId).Distinct().Count(), Is.EqualTo(1));
        Assert.That(answers.Count(answer => !answer.Replayed), Is.EqualTo(1));
        Assert.That(await JobsAsync(), Is.EqualTo(1));
        await using var db = api.Database.OpenAll();
        Assert.That(await db.Vms.CountAsync(), Is.EqualTo(body is null ? 1 : 2));
    }

    [Test]
    public async Task Of_many_registrations_at_once_one_is_done_and_all_hear_of_it()
    {
        var cluster = await api.Seeds.ClusterAsync("own", api.Seeds.Acme);
        var body = $$"""{"cluster_id":{{cluster}},"vmid":9000}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => root.OnceAsync("k1", "POST /api/templates/register", body)));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(202), string.Join('\n', answers.Select(answer => answer.Text)));
        Assert.That(answers.Select(answer => answer.JobId).Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("\u007f")]
    public async Task What_is_no_key_is_refused(string key)
    {
        var answer = await acme.OnceAsync(key, $"POST /api/vms/{vm}/start");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid_idempotency_key")), answer.Text);
        Assert.That(await JobsAsync(), Is.Zero);
    }

    [Test]
    public async Task A_key_has_at_most_255_characters()
    {
        Assert.That((await acme.OnceAsync(new string('k', 256), $"POST /api/vms/{vm}/start")).Status, Is.EqualTo(400));
        Assert.That((await acme.OnceAsync(new string('k', 255), $"POST /api/vms/{vm}/start")).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task A_body_that_is_too_large_is_413_with_a_key_too() => Assert.That(
        (await acme.OnceAsync("k1", "POST /api/vms", $$"""{"name":"{{new string('a', 2 * 1024 * 1024)}}"}""")).Status, Is.EqualTo(413));

    [Test]
    public async Task Who_lost_the_company_does_not_get_its_job()
    {
        await acme.OnceAsync("k1", $"POST /api/vms/{vm}/start");
        await api.Seeds.ChangeAsync<Data.Users.User>(api.Seeds.AcmeOperator, user => user.CompanyId = api.Seeds.Globex);
        api.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.That((await acme.OnceAsync("k1", $"POST /api/vms/{vm}/start")).Status, Is.EqualTo(404));
    }

    private async Task<int> JobsAsync()
    {
        await using var db = api.Database.OpenAll();
        return await db.Jobs.CountAsync();
    }
}
