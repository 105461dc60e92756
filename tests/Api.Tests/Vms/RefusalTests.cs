using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator;

namespace MultiPanel.Api.Tests.Vms;

/// <summary>
/// What the panel knows to be refused is refused at the accept, unless a command that waits may change it or Proxmox shows it otherwise
/// by now. The seeded cluster does not answer, so that what is known counts.
/// </summary>
public sealed class RefusalTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_protected_vm_is_not_deleted()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: Protect);

        await RefusesAsync(acme.DeleteAsync($"/api/vms/{id}"), JobErrorCodes.VmProtected, "Set its protection to false");
        await WaitsAsync(id);
        Assert.That((await acme.DeleteAsync($"/api/vms/{id}")).Status, Is.EqualTo(202), "what waits may lift it");
    }

    [TestCase(VmStatus.Paused, null, null, "shutdown", "is paused, so its guest cannot react")]
    [TestCase(VmStatus.Paused, "internal-error", null, "resume", "cannot go on (internal-error)")]
    [TestCase(VmStatus.Suspended, null, "suspended", "reset", "is hibernated")]
    public async Task What_its_state_rules_out_is_refused(VmStatus status, string? word, string? held, string action, string words)
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Status, vm.QemuState, vm.Lock) = (status, word, held));

        await RefusesAsync(acme.PostAsync($"/api/vms/{id}/{action}"), JobErrorCodes.StateNotReached, $"web1 {words}");
        await WaitsAsync(id);
        Assert.That((await acme.PostAsync($"/api/vms/{id}/{action}")).Status, Is.EqualTo(202));
    }

    [TestCase("stop", 202)]
    [TestCase("start", 202)]
    public async Task What_its_state_allows_is_a_job(string action, int status)
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Status, vm.Lock) = (VmStatus.Suspended, "suspended"));

        Assert.That((await acme.PostAsync($"/api/vms/{id}/{action}")).Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_move_to_where_the_vm_is_names_the_field()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme);

        var answer = await acme.PostAsync($"/api/vms/{id}/migrate", """{"node":"pve1"}""");

        Assert.That((answer.Status, answer.WrongFields), Is.EqualTo((400, new[] { "node" })), answer.Text);
        Assert.That(answer.Text, Does.Contain("'web1' is on pve1"));
        await WaitsAsync(id);
        Assert.That((await acme.PostAsync($"/api/vms/{id}/migrate", """{"node":"pve1"}""")).Status, Is.EqualTo(202), "what waits may move it elsewhere first");
    }

    [Test]
    public async Task A_node_that_the_cluster_lacks_is_refused_with_those_that_it_has()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme);
        var template = await api.Seeds.TemplateAsync();
        (string Path, string Body)[] requests =
        [
            ($"/api/vms/{id}/migrate", """{"node":"pve9"}"""),
            ($"/api/vms/{id}/clone", """{"name":"c1","node":"pve9"}"""),
            ("/api/vms", $$"""{"name":"n1","template_id":{{template}},"node":"pve9"}"""),
        ];
        Assert.That((await acme.PostAsync(requests[0].Path, requests[0].Body)).Status, Is.EqualTo(202), "its nodes are not known yet");
        await api.Seeds.ChangeAsync<Cluster>(api.Seeds.Cluster, cluster => cluster.Nodes = ["pve1", "pve2"]);

        foreach (var (path, body) in requests)
        {
            var answer = await acme.PostAsync(path, body);
            Assert.That((answer.Status, answer.Code, answer.WrongFields), Is.EqualTo((400, JobErrorCodes.NodeNotFound, new[] { "node" })), answer.Text);
            Assert.That(answer.Text, Does.Contain("There is no node pve9, asked for, in cluster pve. It has: pve1, pve2."));
        }
    }

    [Test]
    public async Task A_linked_clone_of_what_is_no_template_is_refused()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme);

        await RefusesAsync(acme.PostAsync($"/api/vms/{id}/clone", """{"name":"c1","full":false}"""), JobErrorCodes.LinkedCloneUnsupported, "full: true");
        Assert.That((await acme.PostAsync($"/api/vms/{id}/clone", """{"name":"c1","full":false,"snapshot":"s1"}""")).Status, Is.EqualTo(202), "some storages can");
        await WaitsAsync(id);
        Assert.That((await acme.PostAsync($"/api/vms/{id}/clone", """{"name":"c1","full":false}""")).Status, Is.EqualTo(202), "it may be made a template first");
    }

    [Test]
    public async Task What_proxmox_shows_otherwise_by_now_is_accepted()
    {
        await using var proxmox = await Host.Proxmox.StartAsync();
        await proxmox.ConnectAsync(api);
        var (here, other) = (Real(proxmox, "debian12"), Real(proxmox, "ubuntu2404"));
        var id = await KnownAsync(here, vm =>
        {
            Protect(vm);
            vm.Template = true;
        });
        var moved = await KnownAsync(other, vm => vm.Node = "east1");
        var gold = await KnownAsync(Real(proxmox, "win11"), vm => vm.Template = true);
        await KnownAsync(Real(proxmox, "win2022"), vm => vm.LinkedToId = gold);

        Assert.That((await acme.DeleteAsync($"/api/vms/{id}")).Status, Is.EqualTo(202), "its protection was lifted in Proxmox");
        Assert.That((await acme.PostAsync($"/api/vms/{moved}/migrate", """{"node":"east1"}""")).Status, Is.EqualTo(202), "it was moved in Proxmox");
        Assert.That((await acme.DeleteAsync($"/api/vms/{gold}")).Status, Is.EqualTo(202), "the clone's disks were moved in Proxmox");
    }

    [Test]
    public async Task Clones_that_are_being_made_or_deleted_do_not_keep_a_template()
    {
        var gold = await api.Seeds.VmAsync(api.Seeds.Acme, "gold", vm => vm.Template = true);
        await api.Seeds.VmAsync(api.Seeds.Acme, "made", vm => (vm.LinkedToId, vm.Status) = (gold, VmStatus.Provisioning));
        var going = await api.Seeds.VmAsync(api.Seeds.Acme, "going", vm => vm.LinkedToId = gold);
        await RefusesAsync(acme.DeleteAsync($"/api/vms/{gold}"), JobErrorCodes.TemplateInUse, "1 linked clone stands on the disk of 'gold': going");

        await acme.DeleteAsync($"/api/vms/{going}");

        Assert.That((await acme.DeleteAsync($"/api/vms/{gold}")).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task In_bulk_what_a_single_command_is_refused_for_fails_its_child_alike()
    {
        var plain = await api.Seeds.VmAsync(api.Seeds.Acme);
        var gold = await api.Seeds.VmAsync(api.Seeds.Acme, "gold", vm => vm.Template = true);
        await api.Seeds.VmAsync(api.Seeds.Acme, "clone1", vm => vm.LinkedToId = gold);
        var made = await api.Seeds.VmAsync(api.Seeds.Acme, "made", vm => vm.Status = VmStatus.Provisioning);

        await FailsAsync("delete", [plain, gold, made], (gold, () => acme.DeleteAsync($"/api/vms/{gold}")), (made, () => acme.DeleteAsync($"/api/vms/{made}")));
        await FailsAsync("start", [plain, gold], (gold, () => acme.PostAsync($"/api/vms/{gold}/start")));
    }

    [Test]
    public async Task A_template_can_be_deleted_with_all_its_clones()
    {
        var gold = await api.Seeds.VmAsync(api.Seeds.Acme, "gold", vm => vm.Template = true);
        var clone = await api.Seeds.VmAsync(api.Seeds.Acme, "clone1", vm => vm.LinkedToId = gold);

        await FailsAsync("delete", [gold, clone]);
    }

    /// <summary>The children of those VMs have failed with what the single command answers; the others wait to be done.</summary>
    private async Task FailsAsync(string action, int[] ids, params (int Id, Func<Task<Answer>> Alone)[] refused)
    {
        var answer = await acme.PostAsync("/api/vms/bulk", $$"""{"action":"{{action}}","ids":[{{string.Join(',', ids)}}]}""");
        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await using var db = api.Database.OpenAll();
        var children = await db.Jobs.Where(job => job.ParentId == answer.JobId).ToDictionaryAsync(job => job.TargetId!.Value);
        Assert.That(children.Values.Where(job => job.Status == JobStatus.Failed).Select(job => job.TargetId), Is.EquivalentTo(refused.Select(one => one.Id)));
        foreach (var (id, alone) in refused)
        {
            var (job, single) = (children[id], await alone());
            Assert.That((job.Error!.Code, job.Error.Message), Is.EqualTo((single.Code, (string?)single.Json!["detail"])));
            Assert.That((job.FinishedAt is not null, job.Cancellable, job.DispatchedAt), Is.EqualTo((true, false, (DateTime?)null)));
            Assert.That(job.Steps.Select(step => step.Status), Is.EqualTo(new[] { StepStatus.Failed, StepStatus.Skipped }));
        }
    }

    private static void Protect(Vm vm) => vm.Config = new VmConfigView { ReadAt = DateTime.UnixEpoch, Bios = "seabios", Sockets = 1, CoresPerSocket = 1, Protection = true };

    private static SimulatedVm Real(Host.Proxmox proxmox, string name) => proxmox.Cluster.Vms.First(vm => vm.Name == name);

    private Task<int> KnownAsync(SimulatedVm real, Action<Vm> with) => api.Seeds.VmAsync(api.Seeds.Acme, real.Name, vm =>
    {
        (vm.Vmid, vm.Node) = (real.VmId, real.Node);
        vm.Uuid = real.Config["smbios1"]["uuid=".Length..];
        with(vm);
    });

    private Task WaitsAsync(int vm) => api.Seeds.JobAsync(api.Seeds.Acme, job => job.TargetId = vm);

    private static async Task RefusesAsync(Task<Answer> asked, string code, string words)
    {
        var answer = await asked;
        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, code)), answer.Text);
        Assert.That(answer.Text, Does.Contain(words));
    }
}
