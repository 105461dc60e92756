using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Vms;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Api.Tests.Companies;

/// <summary>On both databases: each locks in its own way. On MariaDB where ops/test runs one.</summary>
[TestFixture("sqlite")]
[TestFixture("mysql")]
public sealed class QuotaTests(string kind)
{
    private TestDatabase? server;
    private TestApi api = null!;
    private ApiClient root = null!;
    private ApiClient acme = null!;
    private int template;

    [SetUp]
    public async Task StartAsync()
    {
        DatabaseUrl? url = null;
        if (kind == "mysql")
        {
            server = await TestServers.MySqlAsync();
            Assert.That(DatabaseUrl.TryParse(server.Url, out url, out var problem), Is.True, problem);
        }

        api = await TestApi.StartAsync(database: url);
        (root, acme) = (api.As(api.Seeds.Root), api.As(api.Seeds.AcmeOperator));
        template = await api.Seeds.TemplateAsync(with: t => (t.Cores, t.MemoryMb, t.DiskGb) = (2, 2048, 20));
    }

    [TearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        acme.Dispose();
        await api.DisposeAsync();
        await (server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test]
    public async Task Of_200_at_once_as_many_are_accepted_as_fit_and_what_failed_makes_room_again()
    {
        await LimitAsync(new { max_vms = 50 });

        var first = await SubmitAsync(200);

        Assert.That(first.Count(answer => answer.Status == 202), Is.EqualTo(50));
        Assert.That(first.Where(answer => answer.Status != 202).Select(answer => answer.Code).Distinct(), Is.EqualTo(new[] { "quota_exceeded" }));
        Assert.That(await UsedAsync("vms"), Is.EqualTo(50));

        // As the workers do when a clone has failed or was cancelled: what it had is taken back, row and all.
        await using (var db = api.Database.OpenAll())
        {
            foreach (var (vm, index) in db.Vms.Where(vm => vm.CompanyId == api.Seeds.Acme).Take(20).ToList().Select((vm, index) => (vm, index)))
            {
                db.Remove(vm);
                (await db.Jobs.FindAsync(vm.CreatedByJob))!.Status = index % 2 == 0 ? JobStatus.Failed : JobStatus.Cancelled;
            }

            await db.SaveChangesAsync();
        }

        Assert.That(await UsedAsync("vms"), Is.EqualTo(30));
        Assert.That((await SubmitAsync(40)).Count(answer => answer.Status == 202), Is.EqualTo(20));
        Assert.That(await UsedAsync("vms"), Is.EqualTo(50));
    }

    [TestCase("max_vcpus", 3, "max_vcpus is 3 vCPUs: 2 are in use or promised to jobs under way, and this needs 2 more")]
    [TestCase("max_memory_mb", 4095, "max_memory_mb is 4095 MiB of memory: 2048 are in use")]
    [TestCase("max_disk_gb", 39, "max_disk_gb is 39 GiB of disk: 20 are in use")]
    [TestCase("max_vms", 1, "max_vms is 1 VMs: 1 are in use")]
    public async Task The_refusal_names_the_limit_and_what_is_in_use(string limit, int most, string says)
    {
        await LimitAsync(new Dictionary<string, int> { [limit] = most });

        var answers = new[] { await CreateAsync("a"), await CreateAsync("b") };

        Assert.That(answers.Select(answer => answer.Status), Is.EqualTo(new[] { 202, 409 }));
        Assert.That((string?)answers[1].Json!["message"], Does.Contain(says));
    }

    [Test]
    public async Task A_larger_vm_counts_from_its_accept_on_and_until_its_job_is_over()
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => (row.Cores, row.MemoryMb, row.DiskGb) = (2, 2048, 20));
        await LimitAsync(new { max_vcpus = 6, max_disk_gb = 60 });

        var larger = await acme.PatchAsync($"/api/vms/{vm}", new { cores = 6 });

        Assert.That(larger.Status, Is.EqualTo(202), larger.Text);
        Assert.That(await UsedAsync("vcpus"), Is.EqualTo(6));
        Assert.That((await CreateAsync("b")).Code, Is.EqualTo("quota_exceeded"));
        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", new { cores = 5 })).Status, Is.EqualTo(202), "no more than is promised already");
        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", new { cores = 7 })).Code, Is.EqualTo("quota_exceeded"));
        Assert.That((await acme.PostAsync($"/api/vms/{vm}/resize", new { disk_gb = 61 })).Code, Is.EqualTo("quota_exceeded"));
        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", new { name = "web2" })).Status, Is.EqualTo(202));

        await using (var db = api.Database.OpenAll())
        {
            foreach (var job in db.Jobs.ToList())
            {
                job.Error = new JobError { Code = JobErrorCodes.TaskFailed, Message = "It failed." };
                job.End(DateTime.UtcNow);
            }

            await db.SaveChangesAsync();
        }

        Assert.That(await UsedAsync("vcpus"), Is.EqualTo(2));
        Assert.That((await acme.PostAsync($"/api/jobs/{larger.JobId}/retry")).Status, Is.EqualTo(202));
        Assert.That(await UsedAsync("vcpus"), Is.EqualTo(6));
    }

    [Test]
    public async Task The_larger_of_what_is_configured_and_what_runs_counts()
    {
        var (growing, shrinking) = (
            await api.Seeds.VmAsync(api.Seeds.Acme, "q1", row => (row.Cores, row.RunningCores, row.MemoryMb, row.RunningMemoryMb) = (8, 2, 512, 4096)),
            await api.Seeds.VmAsync(api.Seeds.Acme, "q2", row => (row.Cores, row.RunningCores, row.MemoryMb, row.RunningMemoryMb) = (1, 2, 512, 512)));
        await LimitAsync(new { max_vcpus = 10, max_memory_mb = 4608 });

        Assert.That((await UsedAsync("vcpus"), await UsedAsync("memory_mb")), Is.EqualTo((10, 4608)));
        Assert.That((await acme.PatchAsync($"/api/vms/{shrinking}", new { cores = 8 })).Code, Is.EqualTo("quota_exceeded"));
        Assert.That((await acme.PatchAsync($"/api/vms/{shrinking}", new { cores = 2 })).Status, Is.EqualTo(202), "it runs with them");
        Assert.That((await acme.PatchAsync($"/api/vms/{growing}", new { memory_mb = 4096 })).Status, Is.EqualTo(202));
        Assert.That((await acme.PatchAsync($"/api/vms/{growing}", new { memory_mb = 4097 })).Code, Is.EqualTo("quota_exceeded"));
    }

    [Test]
    public async Task A_clone_of_a_vm_with_a_pending_change_is_counted_as_large_as_what_is_in_force()
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row =>
        {
            (row.Cores, row.MemoryMb) = (2, 512);
            row.Config = new VmConfigView { ReadAt = row.CreatedAt, Bios = "seabios", Sockets = 1, CoresPerSocket = 2, Pending = [new PendingChange("cores", "8", "2")] };
        });
        await LimitAsync(new { max_vcpus = 9 });

        var clone = await acme.PostAsync($"/api/vms/{vm}/clone", new { name = "copy", full = true });

        Assert.That(clone.Code, Is.EqualTo("quota_exceeded"), clone.Text);
    }

    [Test]
    public async Task A_verifications_scratch_vm_is_as_large_as_its_template()
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        await LimitAsync(new { max_vcpus = 3, max_memory_mb = 4000, max_disk_gb = 30 });

        var verified = await admin.PostAsync("/api/templates/verify-agent", new { template_id = template });

        Assert.That(verified.Status, Is.EqualTo(202), verified.Text);
        Assert.That((await UsedAsync("vcpus"), await UsedAsync("memory_mb"), await UsedAsync("disk_gb")), Is.EqualTo((2, 2048, 20)));
        Assert.That((await CreateAsync("a")).Code, Is.EqualTo("quota_exceeded"));
    }

    [Test]
    public async Task Cores_are_asked_for_per_socket_and_count_on_each()
    {
        var two = await api.Seeds.TemplateAsync(with: t => (t.Cores, t.Sockets) = (4, 2));
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => (row.Cores, row.Sockets) = (4, 2));
        await LimitAsync(new { max_vcpus = 20 });

        Assert.That((await acme.PostAsync("/api/vms", new { template_id = two, name = "a", cores = 4 })).Status, Is.EqualTo(202));
        Assert.That(await UsedAsync("vcpus"), Is.EqualTo(12));
        Assert.That((await acme.PatchAsync($"/api/vms/{vm}", new { cores = 3 })).Status, Is.EqualTo(202));
        Assert.That(await UsedAsync("vcpus"), Is.EqualTo(14));
        Assert.That((await acme.PostAsync($"/api/vms/{vm}/clone", new { name = "b", cores = 3 })).Status, Is.EqualTo(202));
        Assert.That(await UsedAsync("vcpus"), Is.EqualTo(20));
        Assert.That((await acme.PostAsync($"/api/vms/{vm}/clone", new { name = "c", cores = 1 })).Code, Is.EqualTo("quota_exceeded"));
    }

    [Test]
    public async Task Of_several_disks_the_one_that_grows_counts_by_what_it_grows()
    {
        List<VmDisk> disks = [new("scsi0", 50), new("scsi1", 500)];
        var two = await api.Seeds.TemplateAsync(with: t => (t.DiskGb, t.Disks) = (550, disks));
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme, with: row => (row.DiskGb, row.Disks) = (550, disks));
        await LimitAsync(new { max_disk_gb = 1350 });

        Assert.That((await acme.PostAsync("/api/vms", new { template_id = two, name = "a", disk_gb = 49 })).WrongFields, Is.EqualTo(new[] { "disk_gb" }));
        Assert.That((await acme.PostAsync("/api/vms", new { template_id = two, name = "a", disk_gb = 100 })).Status, Is.EqualTo(202));
        Assert.That(await UsedAsync("disk_gb"), Is.EqualTo(1150));
        Assert.That((await ResizeAsync("scsi1", 600)).Status, Is.EqualTo(202));
        Assert.That((await ResizeAsync("scsi1", 560)).Status, Is.EqualTo(202), "no more than is promised already");
        Assert.That((await ResizeAsync(null, 150)).Status, Is.EqualTo(202));
        Assert.That(await UsedAsync("disk_gb"), Is.EqualTo(1350));
        Assert.That((await ResizeAsync("scsi0", 151)).Code, Is.EqualTo("quota_exceeded"));

        Task<Answer> ResizeAsync(string? disk, int size) => acme.PostAsync($"/api/vms/{vm}/resize", new { disk, disk_gb = size });
    }

    [Test]
    public async Task A_clone_undone_comes_back_only_where_there_is_room()
    {
        await LimitAsync(new { max_vms = 1 });
        var failed = await CreateAsync("a");
        await api.Seeds.ChangeAsync<Job>(failed.JobId, job => job.Status = JobStatus.Failed);
        await using (var db = api.Database.OpenAll())
        {
            db.RemoveRange(db.Vms.Where(vm => vm.CompanyId == api.Seeds.Acme));
            await db.SaveChangesAsync();
        }

        Assert.That((await CreateAsync("b")).Status, Is.EqualTo(202));

        Assert.That((await acme.PostAsync($"/api/jobs/{failed.JobId}/retry")).Code, Is.EqualTo("quota_exceeded"));
    }

    [Test]
    public async Task Of_twice_as_many_retried_at_once_as_many_run_again_as_fit()
    {
        const int most = 12;
        var failed = (await SubmitAsync(2 * most)).Select(answer => answer.JobId).ToList();
        await using (var db = api.Database.OpenAll())
        {
            db.RemoveRange(db.Vms.Where(vm => vm.CompanyId == api.Seeds.Acme));
            db.Jobs.ToList().ForEach(job => job.Status = JobStatus.Failed);
            await db.SaveChangesAsync();
        }

        await LimitAsync(new { max_vms = most });

        var answers = await Task.WhenAll(failed.Select(job => acme.PostAsync($"/api/jobs/{job}/retry")));

        Assert.That(answers.Count(answer => answer.Status == 202), Is.EqualTo(most), string.Join('\n', answers.Select(answer => answer.Text)));
        Assert.That(answers.Where(answer => answer.Status != 202).Select(answer => answer.Code), Is.All.EqualTo("quota_exceeded"));
        Assert.That(await UsedAsync("vms"), Is.EqualTo(most));
    }

    [Test]
    public async Task The_platforms_own_vms_know_no_quota()
    {
        await LimitAsync(new { max_vms = 0 });

        Assert.That((await root.PostAsync("/api/vms", new { template_id = template, name = "own" })).Status, Is.EqualTo(202));
        Assert.That((await CreateAsync("a")).Code, Is.EqualTo("quota_exceeded"));
    }

    [Test]
    public async Task Two_super_admins_who_remove_each_other_at_once_leave_one()
    {
        for (var i = 0; i < 5; i++)
        {
            var other = await api.Seeds.UserAsync($"root{i}", Role.SuperAdmin, null);
            using var second = api.As(other);

            var answers = await Task.WhenAll(root.PatchAsync($"/api/users/{other}", new { status = "inactive" }), second.DeleteAsync($"/api/users/{api.Seeds.Root}"));

            await using var db = api.Database.OpenAll();
            Assert.That(db.Users.Count(user => user.Role == Role.SuperAdmin && user.Status == UserStatus.Active), Is.EqualTo(1), string.Join('\n', answers.Select(a => a.Text)));
            if (db.Users.All(user => user.Id != api.Seeds.Root))
            {
                return;
            }
        }
    }

    private async Task LimitAsync(object limits) => Assert.That((await root.PatchAsync($"/api/companies/{api.Seeds.Acme}", limits)).Status, Is.EqualTo(200));

    private Task<Answer> CreateAsync(string name) => acme.PostAsync("/api/vms", new { template_id = template, name });

    private Task<Answer[]> SubmitAsync(int count) => Task.WhenAll(Enumerable.Range(0, count).Select(i => CreateAsync($"vm{i}")));

    private async Task<int> UsedAsync(string what) => (int)(await acme.GetAsync($"/api/companies/{api.Seeds.Acme}/usage")).Data[what]!["used"]!;
}
