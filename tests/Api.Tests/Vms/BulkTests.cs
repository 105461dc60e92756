using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Tests.Vms;

public sealed class BulkTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private int one;
    private int two;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        one = await api.Seeds.VmAsync(api.Seeds.Acme);
        two = await api.Seeds.VmAsync(api.Seeds.Acme, "web2");
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task Many_vms_are_one_job_with_a_child_each()
    {
        var answer = await BulkAsync("start", one, two, one);

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await api.Sent.OfAsync<RunBulk>(answer.JobId);
        await using var db = api.Database.OpenAll();
        var parent = (await db.Jobs.FindAsync(answer.JobId))!;
        Assert.That((parent.Kind, parent.Workflow, parent.TargetType, parent.TargetName, parent.CompanyId), Is.EqualTo(("vm.bulk", "run-bulk", "vms", "start 2 VMs", api.Seeds.Acme)));
        Assert.That(parent.Steps.Select(step => step.Name), Is.EqualTo(new[] { "children" }));
        var children = await db.Jobs.Where(job => job.ParentId == parent.Id).ToListAsync();
        Assert.That(children.Select(job => (job.Kind, job.Workflow, job.TargetId)), Is.EquivalentTo(new[] { ("vm.start", "operate-vm", (int?)one), ("vm.start", "operate-vm", two) }));
        foreach (var child in children)
        {
            Assert.That((await api.Sent.OfAsync<OperateVm>(child.Id)).Action, Is.EqualTo(VmAction.Start));
        }
    }

    [Test]
    public async Task How_the_children_stand_is_counted_in_the_database()
    {
        var bulk = await BulkAsync("stop", one, two);
        await using (var db = api.Database.OpenAll())
        {
            var child = await db.Jobs.FirstAsync(job => job.ParentId == bulk.JobId);
            await api.Seeds.ChangeAsync<Job>(child.Id, job => job.Status = JobStatus.Failed);
        }

        var shown = (await acme.GetAsync($"/api/jobs/{bulk.JobId}")).Data["children"]!;
        var listed = (await acme.GetAsync("/api/jobs?kind=vm.bulk")).Data[0]!["children"]!;
        using var stream = await acme.FollowAsync($"/api/jobs/{bulk.JobId}/events");
        var followed = (await stream.NextAsync())!.Data!["children"]!;

        foreach (var counts in new[] { shown, listed, followed })
        {
            Assert.That(((int)counts["total"]!, (int)counts["running"]!, (int)counts["failed"]!), Is.EqualTo((2, 0, 1)));
        }

        Assert.That((await acme.GetAsync($"/api/jobs?parent_id={bulk.JobId}")).Data.AsArray(), Has.Count.EqualTo(2));
        Assert.That((await acme.GetAsync("/api/jobs?parent_id=x")).WrongFields, Is.EqualTo(new[] { "parent_id" }));
    }

    [Test]
    public async Task What_one_of_them_cannot_do_is_its_childs_to_say()
    {
        var template = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Template = true);
        var unmade = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Status = VmStatus.Provisioning);

        Assert.That((await BulkAsync("start", one, template, unmade)).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task Ids_that_do_not_exist_or_are_others_are_all_named_and_nothing_is_accepted()
    {
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);

        var answer = await BulkAsync("start", one, 99_999, theirs);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((404, "vm_not_found")));
        Assert.That((string?)answer.Json!["detail"], Does.Contain($"99999, {theirs}").And.Not.Contain($" {one},"));
        Assert.That(await JobsAsync(), Is.Zero);
    }

    [Test]
    public async Task The_vms_of_several_companies_make_a_job_of_no_company()
    {
        using var root = api.As(api.Seeds.Root);
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);

        var answer = await root.PostAsync("/api/vms/bulk", $$"""{"action":"reboot","ids":[{{one}},{{theirs}}]}""");

        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.FindAsync(answer.JobId))!.CompanyId, Is.Null);
        Assert.That(await db.Jobs.Where(job => job.ParentId == answer.JobId).Select(job => job.CompanyId).ToListAsync(), Is.EquivalentTo(new[] { (int?)api.Seeds.Acme, api.Seeds.Globex }));
        Assert.That((await acme.GetAsync($"/api/jobs/{answer.JobId}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task The_same_bulk_again_is_the_same_job()
    {
        var body = $$"""{"action":"delete","ids":[{{one}},{{two}}]}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => acme.OnceAsync("b1", "POST /api/vms/bulk", body)));

        Assert.That(answers.Select(answer => (answer.Status, answer.JobId)).Distinct().Count(), Is.EqualTo(1), answers[0].Text);
        Assert.That(await JobsAsync(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_thousand_and_no_more()
    {
        Assert.That((await BulkAsync("start", [.. Enumerable.Range(1, 1_001)])).WrongFields, Is.EqualTo(new[] { "ids" }));
        Assert.That((await BulkAsync("start", [.. Enumerable.Range(one, 1_000)])).Status, Is.EqualTo(404));
    }

    [TestCase("""{}""", "action,ids")]
    [TestCase("""{"action":"start","ids":[]}""", "ids")]
    [TestCase("""{"action":"start","ids":[0]}""", "ids")]
    [TestCase("""{"action":"start","ids":[-1]}""", "ids")]
    [TestCase("""{"action":"start","ids":[99999999999]}""", "ids")]
    [TestCase("""{"action":"start","ids":["1"]}""", "ids")]
    [TestCase("""{"action":"start","ids":[1.5]}""", "ids")]
    [TestCase("""{"action":"start","ids":[null]}""", "ids")]
    [TestCase("""{"action":"start","ids":{"a":1}}""", "ids")]
    [TestCase("""{"action":"migrate","ids":[1]}""", "action")]
    [TestCase("""{"action":0,"ids":[1]}""", "action")]
    [TestCase("""{"action":"start","ids":[1],"force":true}""", "force")]
    public async Task What_is_wrong_is_named(string body, string fields)
    {
        var answer = await acme.PostAsync("/api/vms/bulk", body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(fields.Split(',')));
    }

    private Task<Answer> BulkAsync(string action, params int[] ids) =>
        acme.PostAsync("/api/vms/bulk", $$"""{"action":"{{action}}","ids":[{{string.Join(',', ids)}}]}""");

    private async Task<int> JobsAsync()
    {
        await using var db = api.Database.OpenAll();
        return await db.Jobs.CountAsync();
    }
}
