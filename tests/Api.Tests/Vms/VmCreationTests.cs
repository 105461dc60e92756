using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Api.Tests.Vms;

public sealed class VmCreationTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me";

    private TestApi api = null!;
    private ApiClient acme = null!;
    private ApiClient root = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        root = api.As(api.Seeds.Root);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        root.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_vm_from_a_template_has_its_row_its_job_and_its_message()
    {
        var template = await api.Seeds.TemplateAsync();

        var answer = await acme.PostAsync("/api/vms", $$"""
            {"template_id":{{template}},"name":"web1.example.com","node":"pve1","storage":"fast","full":true,"cores":4,"memory_mb":4096,"disk_gb":64,
             "start":true,"wait_for_agent":true,"description":"line\none","tags":["a","b"],
             "cloud_init":{"user":"debian","password":"geheim","ssh_keys":"{{Key}}","ip_config":"ip=10.0.0.5/24,gw=10.0.0.1","nameserver":"10.0.0.1"} }
            """);

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await using var db = api.Database.OpenAll();
        var job = (await db.Jobs.FindAsync(answer.JobId))!;
        var vm = await db.Vms.SingleAsync(row => row.CreatedByJob == job.Id);
        Assert.That((vm.Name, vm.Status, vm.Vmid, vm.Node, vm.CompanyId), Is.EqualTo(("web1.example.com", VmStatus.Provisioning, (int?)null, (string?)null, api.Seeds.Acme)));
        Assert.That((job.Kind, job.TargetType, job.TargetId, job.TargetName), Is.EqualTo(("vm.create", "vm", vm.Id, vm.Name)));
        Assert.That(job.Steps.Select(step => step.Name), Is.EqualTo(new[] { "reserve", "clone", "configure", "resize", "start", "agent" }));
        var sent = await api.Sent.OfAsync<CloneVm>(job.Id);
        Assert.That((sent.Full, sent.Storage, sent.Cores, sent.MemoryMb, sent.DiskGb, sent.WaitForAgent), Is.EqualTo((true, "fast", 4, 4096, 64, true)));
        Assert.That(sent.Tags, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(job.Command, Does.Not.Contain("geheim"));
        Assert.That(answer.Text, Does.Not.Contain("geheim"));
    }

    [Test]
    public async Task A_clone_of_a_vm_is_full_and_of_a_template_linked_unless_it_is_said()
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);
        var template = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => row.Template = true);

        var full = await acme.PostAsync($"/api/vms/{vm}/clone", """{"name":"copy"}""");
        var linked = await acme.PostAsync($"/api/vms/{template}/clone", """{"name":"copy"}""");
        var impossible = await acme.PostAsync($"/api/vms/{vm}/clone", """{"name":"copy","full":false}""");

        Assert.That((await api.Sent.OfAsync<CloneVm>(full.JobId)).Full, Is.True);
        Assert.That((await api.Sent.OfAsync<CloneVm>(linked.JobId)).Full, Is.False);
        Assert.That((impossible.Status, impossible.Code), Is.EqualTo((409, "linked_clone_unsupported")));
    }

    [Test]
    public async Task All_that_is_wrong_is_named_at_once()
    {
        var answer = await acme.PostAsync("/api/vms", """
            {"template_id":"x","name":"bad name","node":"a b","storage":"s","cores":"x","memory_mb":1e3,"disk_gb":0,"start":false,"wait_for_agent":true,
             "tags":"a","colour":"red","cloud_init":{"user":"a b","password":"","ssh_keys":"ssh-rsa xyz","ip_config":"ip=10.0.0.5","nameserver":"dns","x":1}}
            """);

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Code, Is.EqualTo("validation_failed"));
        Assert.That(answer.WrongFields, Is.EqualTo(new[]
        {
            "cloud_init.ip_config", "cloud_init.nameserver", "cloud_init.password", "cloud_init.ssh_keys", "cloud_init.user", "cloud_init.x", "colour",
            "cores", "disk_gb", "memory_mb", "name", "node", "storage", "tags", "template_id", "wait_for_agent",
        }));
    }

    [TestCase("ip=dhcp", true)]
    [TestCase("ip=10.0.0.5/24", true)]
    [TestCase("ip=10.0.0.5/24,gw=10.0.0.1,ip6=fd00::5/64,gw6=fd00::1", true)]
    [TestCase("ip6=auto", true)]
    [TestCase("ip=10.0.0.5/33", false)]
    [TestCase("ip=10.5/24", false)]
    [TestCase("gw=10.0.0.1", false)]
    [TestCase("ip=dhcp,gw=10.0.0.1", false)]
    [TestCase("ip=dhcp,ip=dhcp", false)]
    [TestCase("ip=fd00::1/64", false)]
    [TestCase("", false)]
    public async Task An_ip_configuration_must_be_one_that_proxmox_takes(string text, bool right)
    {
        var template = await api.Seeds.TemplateAsync();

        var answer = await acme.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"a","cloud_init":{"ip_config":"{{text}}"} }""");

        Assert.That(answer.Status, Is.EqualTo(right ? 202 : 400), answer.Text);
    }

    [Test]
    public async Task A_template_of_another_company_and_one_that_is_not_there_are_404()
    {
        var theirs = await api.Seeds.TemplateAsync(api.Seeds.Globex);

        Assert.That((await CreateAsync(acme, theirs)).Code, Is.EqualTo("template_not_found"));
        Assert.That((await CreateAsync(acme, 99_999)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_template_that_is_not_ready_is_409()
    {
        var template = await api.Seeds.TemplateAsync(with: row => row.Status = TemplateStatus.Registering);

        Assert.That((await CreateAsync(acme, template)).Code, Is.EqualTo("template_not_ready"));
    }

    [Test]
    public async Task What_the_template_cannot_give_is_named()
    {
        var template = await api.Seeds.TemplateAsync(with: row => row.CloudInit = false);

        var answer = await CreateAsync(acme, template, ""","disk_gb":8,"cloud_init":{"user":"u"}""");

        Assert.That(answer.WrongFields, Is.EqualTo(new[] { "cloud_init", "disk_gb" }));
    }

    [Test]
    public async Task Only_a_super_admin_chooses_the_company()
    {
        var template = await api.Seeds.TemplateAsync();

        var refused = await CreateAsync(acme, template, $""","company_id":{api.Seeds.Globex}""");
        var own = await CreateAsync(acme, template, $""","company_id":{api.Seeds.Acme}""");
        var chosen = await CreateAsync(root, template, $""","company_id":{api.Seeds.Globex}""");
        var unknown = await CreateAsync(root, template, ""","company_id":4711""");

        Assert.That(refused.Status, Is.EqualTo(403));
        Assert.That(own.Status, Is.EqualTo(202));
        Assert.That(unknown.WrongFields, Is.EqualTo(new[] { "company_id" }));
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.FindAsync(chosen.JobId))!.CompanyId, Is.EqualTo(api.Seeds.Globex));
    }

    [Test]
    public async Task A_companys_template_is_not_given_to_another()
    {
        var template = await api.Seeds.TemplateAsync(api.Seeds.Acme);

        Assert.That((await CreateAsync(root, template, $""","company_id":{api.Seeds.Globex}""")).WrongFields, Is.EqualTo(new[] { "company_id" }));
    }

    private static Task<Answer> CreateAsync(ApiClient client, int template, string more = "") =>
        client.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"web1"{{more}}}""");
}
