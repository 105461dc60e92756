using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Api.Tests.Vms;

public sealed class VmCommandTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

    private static IEnumerable<TestCaseData> Commands()
    {
        static TestCaseData Case(string request, string? body, string kind, OperateVm command, JobPriority priority = JobPriority.Operator) =>
            new TestCaseData(request, body, kind, command, priority).SetArgDisplayNames(request, kind);
        static OperateVm Does(VmAction action) => new() { JobId = Guid.Empty, Action = action };

        yield return Case("POST start", null, "vm.start", Does(VmAction.Start), JobPriority.Interactive);
        yield return Case("POST stop", null, "vm.stop", Does(VmAction.Stop), JobPriority.Interactive);
        yield return Case("POST reset", null, "vm.reset", Does(VmAction.Reset), JobPriority.Interactive);
        yield return Case("POST resume", null, "vm.resume", Does(VmAction.Resume), JobPriority.Interactive);
        yield return Case("POST shutdown", null, "vm.shutdown", Does(VmAction.Shutdown), JobPriority.Interactive);
        yield return Case("POST shutdown", """{"timeout_seconds":60,"force":true}""", "vm.shutdown",
            Does(VmAction.Shutdown) with { TimeoutSeconds = 60, Force = true }, JobPriority.Interactive);
        yield return Case("POST shutdown", """{"force_after_seconds":90}""", "vm.shutdown",
            Does(VmAction.Shutdown) with { TimeoutSeconds = 90, Force = true }, JobPriority.Interactive);
        yield return Case("POST reboot", """{"timeout_seconds":5}""", "vm.reboot",
            Does(VmAction.Reboot) with { TimeoutSeconds = 5 }, JobPriority.Interactive);
        yield return Case("POST suspend", """{"to_disk":true}""", "vm.suspend", Does(VmAction.Suspend) with { ToDisk = true }, JobPriority.Interactive);
        yield return Case("POST template", null, "vm.template", Does(VmAction.Template));
        yield return Case("POST migrate", """{"node":"pve2"}""", "vm.migrate", Does(VmAction.Migrate) with { Node = "pve2" });
        yield return Case("POST resize", """{"disk":"scsi0","disk_gb":64}""", "vm.resize",
            Does(VmAction.Resize) with { Disk = "scsi0", DiskGb = 64 });
        yield return Case("POST snapshots", """{"name":"before","description":"d","with_memory":true}""", "vm.snapshot",
            Does(VmAction.Snapshot) with { Snapshot = "before", Description = "d", WithMemory = true });
        yield return Case("POST snapshots/before/rollback", null, "vm.snapshot.rollback", Does(VmAction.Rollback) with { Snapshot = "before" });
        yield return Case("DELETE snapshots/before", null, "vm.snapshot.delete", Does(VmAction.DeleteSnapshot) with { Snapshot = "before" });
        yield return Case("PATCH ", """{"cores":4,"memory_mb":null}""", "vm.reconfigure",
            Does(VmAction.Reconfigure) with { Changes = new VmChanges { Cores = 4 } });
        yield return Case("DELETE ", null, "vm.delete", Does(VmAction.Delete));
    }

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [TestCaseSource(nameof(Commands))]
    public async Task A_command_becomes_a_job_and_a_message(string request, string? body, string kind, OperateVm command, JobPriority priority)
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme);

        var answer = await SendAsync(acme, request, id, body);

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        Assert.That(answer.Location, Is.EqualTo($"/api/jobs/{answer.JobId}"));
        Assert.That((string?)answer.Data["status"], Is.EqualTo("queued"));
        Assert.That(await api.Sent.OfAsync<OperateVm>(answer.JobId), Is.EqualTo(command with { JobId = answer.JobId }));
        await using var db = api.Database.OpenAll();
        var job = (await db.Jobs.FindAsync(answer.JobId))!;
        Assert.That((job.Kind, job.Priority, job.TargetType, job.TargetId), Is.EqualTo((kind, priority, "vm", id)));
        Assert.That((job.CompanyId, job.RequestedById, job.RequestedByName), Is.EqualTo((api.Seeds.Acme, api.Seeds.AcmeOperator, "acme-operator")));
        Assert.That(job.Steps.Select(step => step.Name), Is.EqualTo(new[] { "task", "observe" }));
    }

    [TestCaseSource(nameof(Commands))]
    public async Task Another_companys_vm_is_404_and_no_job_is_made(string request, string? body, string kind, OperateVm command, JobPriority priority)
    {
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);

        var answer = await SendAsync(acme, request, theirs, body);

        Assert.That(answer.Status, Is.EqualTo(404), $"{kind} {command.Action} {priority}");
        await using var db = api.Database.OpenAll();
        Assert.That(db.Jobs.Count(job => job.TargetId == theirs), Is.Zero);
    }

    [TestCaseSource(nameof(Commands))]
    public async Task A_vm_that_is_still_being_made_takes_no_commands(string request, string? body, string kind, OperateVm command, JobPriority priority)
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Status = VmStatus.Provisioning);

        var answer = await SendAsync(acme, request, id, body);

        Assert.That(answer.Status, Is.EqualTo(409), $"{kind} {command.Action} {priority}");
        Assert.That(answer.Code, Is.EqualTo("vm_not_ready"));
    }

    [Test]
    public async Task A_template_with_linked_clones_is_not_deleted_and_only_the_callers_own_are_named()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, "gold", vm => vm.Template = true);
        await api.Seeds.VmAsync(api.Seeds.Acme, "clone1", vm => vm.LinkedToId = id);
        await api.Seeds.VmAsync(api.Seeds.Globex, "secret1", vm => vm.LinkedToId = id);

        var answer = await acme.DeleteAsync($"/api/vms/{id}");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "template_in_use")));
        Assert.That(answer.Text, Does.Contain("2 linked clones").And.Contain("clone1 and 1 more").And.Not.Contain("secret1"));
    }

    [TestCase("POST start", 409)]
    [TestCase("POST snapshots/before/rollback", 409)]
    [TestCase("POST template", 409)]
    [TestCase("DELETE ", 202)]
    public async Task A_template_takes_what_suits_it(string request, int status)
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Template = true);

        var answer = await SendAsync(acme, request, id, null);

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Code, Is.EqualTo(status == 409 ? "vm_is_template" : null));
    }

    [Test]
    public async Task Starting_a_running_vm_is_a_job()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Status = VmStatus.Running);

        Assert.That((await acme.PostAsync($"/api/vms/{id}/start")).Status, Is.EqualTo(202));
    }

    [TestCase("POST shutdown", """{"timeout_seconds":0}""", "timeout_seconds")]
    [TestCase("POST reboot", """{"force":true}""", "force")]
    [TestCase("POST reboot", """{"force_after_seconds":9}""", "force_after_seconds")]
    [TestCase("POST shutdown", """{"force_after_seconds":0}""", "force_after_seconds")]
    [TestCase("POST shutdown", """{"force_after_seconds":9,"timeout_seconds":9}""", "force_after_seconds")]
    [TestCase("POST suspend", """{"to_disk":"yes"}""", "to_disk")]
    [TestCase("POST migrate", """{"node":"../etc"}""", "node")]
    [TestCase("POST migrate", """{}""", "node")]
    [TestCase("POST resize", """{"disk":"scsi31","disk_gb":0}""", "disk,disk_gb")]
    [TestCase("POST resize", """{"disk_gb":131073}""", "disk_gb")]
    [TestCase("POST snapshots", """{"name":"current"}""", "name")]
    [TestCase("POST snapshots", """{"name":"1st"}""", "name")]
    [TestCase("POST snapshots/a%2Fb/rollback", null, "name")]
    [TestCase("DELETE snapshots/ends%0A", null, "name")]
    [TestCase("PATCH ", """{"name":"-x-","cores":513,"memory_mb":8,"tags":["ok","not ok"],"on_boot":1}""", "cores,memory_mb,name,on_boot,tags")]
    [TestCase("PATCH ", """{"tags":["blue","MultiPanel"]}""", "tags")]
    [TestCase("PATCH ", """{"tags":["mp-vm-12"]}""", "tags")]
    public async Task What_is_wrong_is_named(string request, string? body, string fields)
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme);

        var answer = await SendAsync(acme, request, id, body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(fields.Split(',')));
    }

    [Test]
    public async Task A_change_of_nothing_is_refused()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme);

        Assert.That((await acme.PatchAsync($"/api/vms/{id}", "{}")).Code, Is.EqualTo("nothing_to_change"));
    }

    private static Task<Answer> SendAsync(ApiClient client, string request, int vm, string? body)
    {
        var (method, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        return client.SendAsync(HttpMethod.Parse(method), $"/api/vms/{vm}{(path.Length > 0 ? "/" : "")}{path}", body);
    }
}
