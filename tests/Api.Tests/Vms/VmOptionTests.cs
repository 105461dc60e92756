using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Companies;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Companies;
using MultiPanel.Data.Vms;

namespace MultiPanel.Api.Tests.Vms;

/// <summary>The options of a VM reach its job as they were given, and what is wrong with them is named.</summary>
public sealed class VmOptionTests
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    private const string Options = """
        "cores":2,"sockets":2,"cpu":"x86-64-v2-AES","memory_mb":2048,"balloon_mb":1024,"on_boot":true,"protection":true,"description":"for tests","tags":["a"],
        "networks":[{"bridge":"vmbr0","tag":20,"firewall":true},{"bridge":"vmbr1","model":"e1000","mac":"BC:24:11:00:00:01","link_down":true}],
        "cloud_init":{"password":"geheim","ip_config":"ip=manual","ip_config1":"ip=10.0.1.5/24","search_domain":"corp.example.com example.com"}
        """;

    private TestApi api = null!;
    private ApiClient acme = null!;
    private ApiClient root = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        root = api.As(api.Seeds.Root);
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        root.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_new_vm_and_a_change_take_the_same_options()
    {
        var template = await api.Seeds.TemplateAsync();
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);

        var created = await acme.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"x",{{Options}}}""");
        var cloned = await acme.PostAsync($"/api/vms/{vm}/clone", $$"""{"name":"x","snapshot":"before",{{Options}}}""");
        var changed = await acme.PatchAsync($"/api/vms/{vm}", $"{{{Options}}}");

        Assert.That((created.Status, cloned.Status, changed.Status), Is.EqualTo((202, 202, 202)), created.Text + cloned.Text + changed.Text);
        var clone = await api.Sent.OfAsync<CloneVm>(cloned.JobId);
        Assert.That(clone.Snapshot, Is.EqualTo("before"));
        foreach (var options in new VmOptions[] { await api.Sent.OfAsync<CloneVm>(created.JobId), clone, (await api.Sent.OfAsync<OperateVm>(changed.JobId)).Changes! })
        {
            Assert.That((options.Cores, options.Sockets, options.Cpu, options.MemoryMb, options.BalloonMb), Is.EqualTo((2, 2, "x86-64-v2-AES", 2048, 1024)));
            Assert.That((options.OnBoot, options.Protection, options.Description), Is.EqualTo((true, true, "for tests")));
            Assert.That(options.Networks, Is.EqualTo(new NetworkOptions[]
            {
                new() { Bridge = "vmbr0", Tag = 20, Firewall = true },
                new() { Bridge = "vmbr1", Model = "e1000", Mac = "BC:24:11:00:00:01", LinkDown = true },
            }));
        }

        foreach (var job in new[] { created.JobId, changed.JobId })
        {
            await using var db = api.Database.OpenAll();
            Assert.That((await db.Jobs.FindAsync(job))!.Command, Does.Not.Contain("geheim").And.Contain("corp.example.com"));
        }
    }

    [Test]
    public async Task All_that_is_wrong_with_them_is_named()
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);

        var answer = await acme.PatchAsync($"/api/vms/{vm}", """
            {"sockets":0,"cpu":"a b","memory_mb":512,"balloon_mb":1024,
             "networks":[{"bridge":"vmbr 0"},{"tag":5},{"bridge":"vmbr0","tag":4095,"model":"ne2k","mac":"01:00:00:00:00:00","mtu":9,"colour":1}],
             "cloud_init":{"ip_config1":"dhcp","search_domain":"a b/c"}}
            """);

        Assert.That(answer.WrongFields, Is.EqualTo(new[]
        {
            "balloon_mb", "cloud_init.ip_config1", "cloud_init.search_domain", "cpu", "networks[0].bridge", "networks[1].bridge", "networks[2].colour",
            "networks[2].mac", "networks[2].model", "networks[2].mtu", "networks[2].tag", "sockets",
        }));
    }

    [Test]
    public async Task A_balloon_is_compared_with_the_memory_that_the_vm_has()
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => row.MemoryMb = 1024);

        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", """{"balloon_mb":2048}""")).WrongFields, Is.EqualTo(new[] { "balloon_mb" }));
        Assert.That((await acme.PostAsync($"/api/vms/{vm}/clone", """{"name":"x","balloon_mb":2048}""")).WrongFields, Is.EqualTo(new[] { "balloon_mb" }));
        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", """{"balloon_mb":2048,"memory_mb":4096}""")).Status, Is.EqualTo(202));
    }

    [Test]
    public async Task Sockets_count_in_the_quota()
    {
        await api.Seeds.ChangeAsync<Company>(api.Seeds.Acme, company => company.MaxVcpus = 8);
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => (row.Cores, row.Sockets) = (2, 1));

        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", """{"sockets":5}""")).Code, Is.EqualTo("quota_exceeded"));
        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", """{"sockets":4}""")).Status, Is.EqualTo(202));
        Assert.That((await acme.PostAsync($"/api/vms/{vm}/clone", """{"name":"x","sockets":1,"cores":1}""")).Code, Is.EqualTo("quota_exceeded"));
    }

    [Test]
    public async Task Where_nothing_says_which_disk_grows_all_are_listed()
    {
        List<VmDisk> disks = [new("scsi0", 5, false), new("virtio0", 3, false), new("efidisk0", 0.01, false)];
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => row.Disks = disks);
        var template = await api.Seeds.TemplateAsync(with: row => row.Disks = disks);

        foreach (var answer in new[]
        {
            await acme.PostAsync($"/api/vms/{vm}/resize", """{"disk_gb":8}"""),
            await acme.PostAsync($"/api/vms/{vm}/clone", """{"name":"x","disk_gb":8}"""),
            await acme.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"x","disk_gb":8}"""),
        })
        {
            Assert.That(answer.WrongFields, Is.EqualTo(new[] { "disk" }), answer.Text);
            Assert.That(answer.Text, Does.Contain("scsi0 (5 GiB), virtio0 (3 GiB)").And.Not.Contain("efidisk0"));
        }

        Assert.That((await acme.PostAsync($"/api/vms/{vm}/resize", """{"disk_gb":4,"disk":"scsi0"}""")).WrongFields, Is.EqualTo(new[] { "disk_gb" }));
        Assert.That((await acme.PostAsync($"/api/vms/{vm}/resize", """{"disk_gb":8,"disk":"virtio0"}""")).Status, Is.EqualTo(202));
        var clone = await acme.PostAsync($"/api/vms/{vm}/clone", """{"name":"x","disk_gb":8,"disk":"virtio0"}""");
        Assert.That((await api.Sent.OfAsync<CloneVm>(clone.JobId)).Disk, Is.EqualTo("virtio0"));
    }

    [TestCase("", null)]
    [TestCase(" me@laptop #1", null)]
    [TestCase("\\r\\n\\r\\n# of the build server\\r\\n", null)]
    [TestCase("\\nfrom=\\\"10.0.0.0/8,192.168.0.0/16\\\",no-pty,command=\\\"echo \\\\\\\"a b\\\\\\\"\\\" " + Key, null)]
    [TestCase("\\n\\nssh-rsa nonsense", "line 3")]
    [TestCase("\\nssh-ed25519", "line 2")]
    public async Task Ssh_keys_may_stand_as_in_an_authorized_keys_file(string after, string? wrong)
    {
        var template = await api.Seeds.TemplateAsync();

        var answer = await acme.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"x","cloud_init":{"ssh_keys":"{{Key}}{{after}}"} }""");

        Assert.That(answer.Status, Is.EqualTo(wrong is null ? 202 : 400), answer.Text);
        Assert.That(answer.Text, wrong is null ? Is.Not.Empty : Does.Contain(wrong));
    }

    [Test]
    public async Task A_vmid_is_taken_from_the_range_and_only_once()
    {
        var template = await api.Seeds.TemplateAsync();
        await api.Seeds.VmAsync(api.Seeds.Globex, with: row => row.Vmid = 150);
        await api.Seeds.ChangeAsync<Cluster>(api.Seeds.Cluster, cluster => (cluster.VmidFrom, cluster.VmidTo) = (100, 999));
        await api.Seeds.ChangeAsync<Company>(api.Seeds.Acme, company => (company.VmidFrom, company.VmidTo) = (150, 199));

        async Task<Answer> AskAsync(int vmid) => await acme.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"x","vmid":{{vmid}}}""");

        Assert.That((await AskAsync(200)).WrongFields, Is.EqualTo(new[] { "vmid" }));
        Assert.That((await AskAsync(150)).Code, Is.EqualTo("vmid_taken"));
        Assert.That((await api.Sent.OfAsync<CloneVm>((await AskAsync(151)).JobId)).Vmid, Is.EqualTo(151));
    }

    [Test]
    public async Task A_tenant_chooses_its_own_pool_or_one_below_it()
    {
        var template = await api.Seeds.TemplateAsync();
        await api.Seeds.ChangeAsync<Cluster>(api.Seeds.Cluster, cluster => cluster.Pool = "tenants");
        Assert.That((await AskAsync(acme, "tenants")).Status, Is.EqualTo(202), "where it would be put anyway");
        Assert.That((await AskAsync(acme, "tenants/acme")).WrongFields, Is.EqualTo(new[] { "pool" }));
        await api.Seeds.ChangeAsync<Company>(api.Seeds.Acme, company => company.Pools = [new CompanyPool { ClusterId = api.Seeds.Cluster, Pool = "tenants/acme" }]);

        Assert.That((await AskAsync(acme, "tenants/acme")).Status, Is.EqualTo(202));
        Assert.That((await api.Sent.OfAsync<CloneVm>((await AskAsync(acme, "tenants/acme/web")).JobId)).Pool, Is.EqualTo("tenants/acme/web"));
        foreach (var foreign in new[] { "tenants", "tenants/globex", "tenants/acme2" })
        {
            Assert.That((await AskAsync(acme, foreign)).WrongFields, Is.EqualTo(new[] { "pool" }), foreign);
            Assert.That((await AskAsync(root, foreign)).Status, Is.EqualTo(202), foreign);
        }

        Task<Answer> AskAsync(ApiClient caller, string pool) =>
            caller.PostAsync("/api/vms", $$"""{"template_id":{{template}},"name":"x","pool":"{{pool}}"}""");
    }

    [Test]
    public async Task What_a_failed_job_has_left_can_only_be_deleted()
    {
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.Status, row.FinishedAt) = (JobStatus.Failed, row.CreatedAt));
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => (row.Status, row.Vmid, row.CreatedByJob) = (VmStatus.Provisioning, 600, job.Id));

        var start = await acme.PostAsync($"/api/vms/{vm}/start");
        var delete = await acme.DeleteAsync($"/api/vms/{vm}");

        Assert.That((start.Status, start.Code), Is.EqualTo((409, "vm_not_ready")));
        Assert.That(start.Text, Does.Contain("job that was to make it is over"));
        Assert.That(delete.Status, Is.EqualTo(202), delete.Text);
    }
}
