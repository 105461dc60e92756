using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Orphans;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Orphans;

namespace MultiPanel.Api.Tests.Orphans;

public sealed class OrphanTests
{
    private static readonly Guid Maker = Guid.Parse("01890000-0000-7000-8000-000000000001");

    private TestApi api = null!;
    private ApiClient root = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        root = api.As(api.Seeds.Root);
    }

    [TearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task They_are_listed_filtered_and_paged()
    {
        var lost = await OrphanAsync();
        var gone = await OrphanAsync(orphan => orphan.Kind = OrphanKind.OwnerWithoutVm);
        var page = await root.GetAsync("/api/orphans?limit=1");

        Assert.That((int)page.Data.AsArray().Single()!["id"]!, Is.EqualTo(gone));
        var next = await root.GetAsync($"/api/orphans?limit=1&cursor={(string?)page.Json!["next_cursor"]}");
        Assert.That(((int)next.Data[0]!["id"]!, (string?)next.Data[0]!["cluster_name"]), Is.EqualTo((lost, "pve")));
        Assert.That((int)(await root.GetAsync("/api/orphans?kind=owner_without_vm")).Data.AsArray().Single()!["id"]!, Is.EqualTo(gone));
        Assert.That((await root.GetAsync("/api/orphans?cluster_id=99")).Data.AsArray(), Is.Empty);
        Assert.That((await root.GetAsync("/api/orphans?kind=x&cluster_id=x&cursor=!")).WrongFields, Is.EqualTo(new[] { "cluster_id", "cursor", "kind" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_vm_gets_the_row_back_that_its_marker_names(bool listed)
    {
        var id = await OrphanAsync();
        if (listed)
        {
            await api.Seeds.VmAsync(null, with: vm => vm.Vmid = 5001);
        }

        var answer = await root.PostAsync($"/api/orphans/{id}/adopt", "{}");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(((int)answer.Data["id"]!, (bool)answer.Data["managed"]!), Is.EqualTo((4711, true)));
        await using var db = api.Database.OpenAll();
        var vm = await db.Vms.SingleAsync(row => row.Vmid == 5001);
        Assert.That((vm.Id, vm.CreatedByJob, vm.CompanyId, vm.Uuid, vm.Status), Is.EqualTo((4711, (Guid?)Maker, (int?)api.Seeds.Acme, "u-1", VmStatus.Unknown)));
        Assert.That(await db.Orphans.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_vm_whose_row_is_anothers_now_is_known_by_its_uuid()
    {
        var taken = await api.Seeds.VmAsync(api.Seeds.Globex);
        var id = await OrphanAsync(orphan => orphan.OwnerId = taken);

        var answer = await root.PostAsync($"/api/orphans/{id}/adopt", $$"""{"company_id":{{api.Seeds.Globex}}}""");

        Assert.That(((int)answer.Data["id"]! != taken, (bool)answer.Data["managed"]!, (int)answer.Data["company_id"]!), Is.EqualTo((true, false, api.Seeds.Globex)), answer.Text);
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Vms.SingleAsync(row => row.Vmid == 5001)).Uuid, Is.EqualTo("u-1"));
    }

    [TestCase(OrphanKind.OwnerWithoutVm)]
    [TestCase(OrphanKind.Unfinished)]
    public async Task Only_a_vm_without_a_row_is_adopted(OrphanKind kind)
    {
        var id = await OrphanAsync(orphan => orphan.Kind = kind);

        Assert.That((await root.PostAsync($"/api/orphans/{id}/adopt")).Code, Is.EqualTo("not_adoptable"));
    }

    [Test]
    public async Task Of_many_adoptions_at_once_one_is_done()
    {
        var id = await OrphanAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => root.PostAsync($"/api/orphans/{id}/adopt", "{}")));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Where(answer => answer.Status != 200).Select(answer => answer.Status), Is.All.AnyOf(404, 409));
        await using var db = api.Database.OpenAll();
        Assert.That(await db.Vms.CountAsync(), Is.EqualTo(1));
    }

    [TestCase("")]
    [TestCase("?confirm=")]
    [TestCase("?confirm=web")]
    [TestCase("?confirm=4711")]
    [TestCase("?confirm=LOST1")]
    public async Task Without_its_name_or_vmid_nothing_is_deleted(string confirm)
    {
        var id = await OrphanAsync();

        var answer = await root.DeleteAsync($"/api/orphans/{id}{confirm}");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "confirmation_required")));
        Assert.That((string?)answer.Json!["detail"], Does.Contain("?confirm=lost1").And.Contain("?confirm=5001"));
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.CountAsync(), await db.Vms.CountAsync(), await db.Orphans.CountAsync()), Is.EqualTo((0, 0, 1)));
    }

    [TestCase("lost1")]
    [TestCase("5001")]
    public async Task A_vm_without_a_row_is_deleted_by_a_job_that_checks_the_marker(string confirm)
    {
        var id = await OrphanAsync();

        var first = await root.OnceAsync("d1", $"DELETE /api/orphans/{id}?confirm={confirm}");
        var again = await root.OnceAsync("d1", $"DELETE /api/orphans/{id}?confirm={confirm}");

        Assert.That((first.Status, again.Status, again.JobId, again.Replayed), Is.EqualTo((202, 202, first.JobId, true)), first.Text);
        Assert.That((await api.Sent.OfAsync<OperateVm>(first.JobId)).Action, Is.EqualTo(VmAction.Delete));
        await using var db = api.Database.OpenAll();
        var job = (await db.Jobs.FindAsync(first.JobId))!;
        Assert.That((job.Kind, job.TargetId, job.CompanyId), Is.EqualTo(("vm.delete", (int?)4711, (int?)api.Seeds.Acme)));
        Assert.That((await db.Vms.FindAsync(4711))!.CreatedByJob, Is.EqualTo(Maker));
    }

    [TestCase(OrphanKind.OwnerWithoutVm)]
    [TestCase(OrphanKind.Unfinished)]
    public async Task A_row_without_its_vm_is_deleted_by_a_job(OrphanKind kind)
    {
        var owner = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Vmid = 5001);
        var id = await OrphanAsync(orphan => (orphan.Kind, orphan.OwnerId) = (kind, owner));

        var answer = await root.DeleteAsync($"/api/orphans/{id}?confirm=5001");

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.FindAsync(answer.JobId))!.TargetId, Is.EqualTo(owner));
    }

    [Test]
    public async Task What_is_not_there_or_wrong_is_said()
    {
        var id = await OrphanAsync();

        Assert.That((await root.PostAsync("/api/orphans/999/adopt")).Code, Is.EqualTo("orphan_not_found"));
        Assert.That((await root.DeleteAsync("/api/orphans/999?confirm=x")).Code, Is.EqualTo("orphan_not_found"));
        Assert.That((await root.PostAsync($"/api/orphans/{id}/adopt", """{"company_id":999}""")).WrongFields, Is.EqualTo(new[] { "company_id" }));
        Assert.That((await root.PostAsync($"/api/orphans/{id}/adopt", """{"company_id":"x"}""")).WrongFields, Is.EqualTo(new[] { "company_id" }));
        Assert.That((await root.PostAsync($"/api/orphans/{id}/adopt", """{"company_id":""")).Code, Is.EqualTo("invalid_json"));
    }

    private async Task<int> OrphanAsync(Action<Orphan>? with = null)
    {
        var now = api.Clock.GetUtcNow().UtcDateTime;
        var orphan = new Orphan
        {
            Kind = OrphanKind.VmWithoutOwner,
            ClusterId = api.Seeds.Cluster,
            Vmid = 5001,
            Node = "pve1",
            Name = "lost1",
            OwnerId = 4711,
            JobId = Maker,
            CompanyId = api.Seeds.Acme,
            Uuid = "u-1",
            Message = "It carries our marker, but the panel has no such VM.",
            FoundAt = now,
            SeenAt = now,
        };
        with?.Invoke(orphan);
        await using var db = api.Database.OpenAll();
        orphan.Vmid += await db.Orphans.CountAsync();
        db.Add(orphan);
        await db.SaveChangesAsync();
        return orphan.Id;
    }
}
