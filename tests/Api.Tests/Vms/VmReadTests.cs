using System.Text.Json.Nodes;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Api.Tests.Vms;

public sealed class VmReadTests
{
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
    public async Task A_vm_is_shown_with_what_the_inventory_knows()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Tags, vm.Status) = (["a", "b"], VmStatus.Running));

        var vm = (await acme.GetAsync($"/api/vms/{id}")).Data;

        Assert.That((string?)vm["name"], Is.EqualTo("web1"));
        Assert.That((string?)vm["cluster_name"], Is.EqualTo("pve"));
        Assert.That((string?)vm["status"], Is.EqualTo("running"));
        Assert.That(vm["tags"]!.AsArray().Select(tag => (string?)tag), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task What_can_be_set_is_shown_in_the_shape_in_which_it_is_set()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm =>
        {
            (vm.Cores, vm.MemoryMb, vm.Tags) = (8, 4096, ["multipanel", "blue"]);
            vm.Config = new VmConfigView
            {
                ReadAt = api.Clock.GetUtcNow().UtcDateTime,
                Bios = "seabios",
                Sockets = 2,
                CoresPerSocket = 4,
                CpuType = "host",
                BalloonMb = 1024,
                OnBoot = true,
                Protection = true,
                Description = "for tests",
                Nics = [new VmNicView("net0", "virtio", "BC:24:11:00:00:00", "vmbr0", 12) { Firewall = true, Mtu = 1400 }, new VmNicView("net2", "e1000", null, "vmbr1", null) { LinkDown = true }],
                CloudInitDrive = true,
                CloudInit = new CloudInitView { User = "anna", IpConfig = "ip=dhcp" },
            };
        });
        var old = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Config = new VmConfigView { ReadAt = DateTime.UnixEpoch, Bios = "seabios", Sockets = 1, CoresPerSocket = 1 });

        var settings = (await acme.GetAsync($"/api/vms/{id}")).Data["settings"]!;
        var again = await acme.PatchAsync($"/api/vms/{id}", settings.ToJsonString());

        Assert.That(again.Status, Is.EqualTo(202), again.Text);
        var changes = (await api.Sent.OfAsync<OperateVm>(again.JobId)).Changes!;
        Assert.That((changes.Name, changes.Cores, changes.Sockets, changes.Cpu, changes.MemoryMb, changes.BalloonMb), Is.EqualTo(("web1", 4, 2, "host", 4096, 1024)));
        Assert.That((changes.OnBoot, changes.Protection, changes.Description, string.Join(' ', changes.Tags!)), Is.EqualTo((true, true, "for tests", "blue")));
        Assert.That(changes.Networks, Is.EqualTo(new[]
        {
            new NetworkOptions { Bridge = "vmbr0", Tag = 12, Model = "virtio", Mac = "BC:24:11:00:00:00", Firewall = true, Mtu = 1400 },
            new NetworkOptions { Bridge = "vmbr1", Model = "e1000", LinkDown = true },
        }));
        Assert.That((changes.CloudInit!.User, changes.CloudInit.IpConfig), Is.EqualTo(("anna", "ip=dhcp")));
        Assert.That((await acme.GetAsync($"/api/vms/{old}")).Data["settings"], Is.Null, "what was not read is not shown as if it were off");
    }

    [Test]
    public async Task One_vm_is_shown_with_config_pending_changes_and_network_and_a_list_leaves_them_out()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm =>
        {
            (vm.Status, vm.QemuState, vm.Lock, vm.HaState, vm.Pool) = (VmStatus.Paused, "io-error", "backup", "started", "tenant");
            (vm.Cores, vm.RunningCores, vm.StartedAt) = (8, 2, api.Clock.GetUtcNow().UtcDateTime.AddMinutes(-2));
            vm.Tags = ["multipanel", "mp-vm-7", "mp-job-x", "blue"];
            vm.Addresses = ["10.0.0.5"];
            vm.Guest = new GuestNetwork(vm.StartedAt.Value, [new GuestInterfaceView("eth0", "BC:24:11:00:00:00", "net0", ["10.0.0.5"])]);
            vm.Config = new VmConfigView
            {
                ReadAt = vm.StartedAt.Value,
                Bios = "ovmf",
                Sockets = 1,
                CoresPerSocket = 8,
                Protection = true,
                Nics = [new VmNicView("net0", "virtio", "BC:24:11:00:00:00", "vmbr0", 12)],
                Disks = [new VmDiskView("scsi0", "local-lvm", 32, true)],
                Pending = [new PendingChange("cores", "2", "8")],
            };
        });

        var vm = (await acme.GetAsync($"/api/vms/{id}")).Data;
        var listed = (await acme.GetAsync("/api/vms")).Data.AsArray().Single()!;

        Assert.That(vm["tags"]!.AsArray().Select(tag => (string?)tag), Is.EqualTo(new[] { "blue" }));
        foreach (var shown in new[] { vm, listed })
        {
            Assert.That(((string?)shown["qemu_state"], (string?)shown["lock"], (string?)shown["ha_state"], (string?)shown["pool"]), Is.EqualTo(("io-error", "backup", "started", "tenant")));
            Assert.That(((int?)shown["cores"], (int?)shown["running_cores"], (int?)shown["uptime_seconds"]), Is.EqualTo(((int?)8, (int?)2, (int?)120)));
        }

        Assert.That(vm["pending"]!.ToJsonString(), Is.EqualTo("[{\"field\":\"cores\",\"now\":\"2\",\"then\":\"8\"}]"));
        Assert.That(((string?)vm["config"]!["bios"], (bool?)vm["config"]!["protection"], (string?)vm["config"]!["disks"]![0]!["slot"]), Is.EqualTo(("ovmf", (bool?)true, "scsi0")));
        Assert.That(((int?)vm["config"]!["nics"]![0]!["tag"], (string?)vm["config"]!["nics"]![0]!["addresses"]![0]), Is.EqualTo(((int?)12, "10.0.0.5")));
        Assert.That((string?)vm["guest"]!["interfaces"]![0]!["nic"], Is.EqualTo("net0"));
        Assert.That((listed["config"], listed["pending"], listed["guest"]), Is.EqualTo(((JsonNode?)null, (JsonNode?)null, (JsonNode?)null)));
    }

    [Test]
    public async Task A_company_sees_its_own_vms_alone_and_the_super_admin_all()
    {
        var own = await api.Seeds.VmAsync(api.Seeds.Acme);
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);
        var nobodys = await api.Seeds.VmAsync(null);

        Assert.That(Ids(await acme.GetAsync("/api/vms")), Is.EqualTo(new[] { own }));
        Assert.That(Ids(await root.GetAsync("/api/vms")), Is.EqualTo(new[] { nobodys, theirs, own }));
        Assert.That((await acme.GetAsync($"/api/vms/{theirs}")).Status, Is.EqualTo(404));
        Assert.That((await acme.GetAsync($"/api/vms/{nobodys}")).Status, Is.EqualTo(404));
        Assert.That(Ids(await acme.GetAsync($"/api/vms?company_id={api.Seeds.Globex}")), Is.Empty);
    }

    [TestCase("?name=WEB", "web-1,web_2")]
    [TestCase("?name=b_", "web_2")]
    [TestCase("?name=%25", "")]
    [TestCase("?status=running", "web_2")]
    [TestCase("?status=running,stopped", "db,web-1,web_2")]
    [TestCase("?status=running&status=stopped", "db,web-1,web_2")]
    [TestCase("?node=pve2", "db")]
    [TestCase("?pool=tenant", "db")]
    [TestCase("?pool=TEN", "")]
    [TestCase("?template=true", "")]
    [TestCase("?cluster_id=99", "")]
    [TestCase("?cluster_id=1&name=d", "db")]
    [TestCase("?vmid=4711", "db")]
    [TestCase("?vmid=4712", "")]
    [TestCase("?tag=c%2B%2B", "web_2")]
    [TestCase("?tag=c", "")]
    [TestCase("?tag=a_b", "db")]
    [TestCase("?tag=prod&status=running", "web_2")]
    [TestCase("?managed=true", "web-1")]
    [TestCase("?managed=false", "db,web_2")]
    public async Task Filters_leave_what_was_asked_for(string query, string names)
    {
        await api.Seeds.VmAsync(api.Seeds.Acme, "web-1", vm => (vm.CreatedByJob, vm.Tags) = (Guid.NewGuid(), ["axb"]));
        await api.Seeds.VmAsync(api.Seeds.Acme, "web_2", vm => (vm.Status, vm.Tags) = (VmStatus.Running, ["prod", "c++"]));
        await api.Seeds.VmAsync(api.Seeds.Acme, "db", vm => (vm.Node, vm.Vmid, vm.Tags, vm.Pool) = ("pve2", 4711, ["a_b"], "tenant"));
        await api.Seeds.VmAsync(api.Seeds.Globex, "theirs", vm => (vm.Node, vm.Status, vm.Tags) = ("pve2", VmStatus.Running, ["prod", "c++", "a_b"]));

        var answer = await acme.GetAsync("/api/vms" + query);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Data.AsArray().Select(vm => (string?)vm!["name"]).Order(), Is.EqualTo(names.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public async Task Pages_follow_each_other_without_gap_or_overlap_though_rows_are_added()
    {
        for (var i = 0; i < 5; i++)
        {
            await api.Seeds.VmAsync(api.Seeds.Acme, $"vm{i}");
        }

        var first = await acme.GetAsync("/api/vms?limit=2");
        await api.Seeds.VmAsync(api.Seeds.Acme, "late");
        var second = await acme.GetAsync($"/api/vms?limit=2&cursor={first.Json!["next_cursor"]}");
        var third = await acme.GetAsync($"/api/vms?limit=2&cursor={second.Json!["next_cursor"]}");

        var names = new[] { first, second, third }.SelectMany(page => page.Data.AsArray()).Select(vm => (string?)vm!["name"]);
        Assert.That(names, Is.EqualTo(new[] { "vm4", "vm3", "vm2", "vm1", "vm0" }));
        Assert.That(third.Json!.AsObject().ContainsKey("next_cursor"), Is.False);
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=501", "limit")]
    [TestCase("limit=x&cursor=!!&status=gone&template=maybe&cluster_id=-1", "cluster_id,cursor,limit,status,template")]
    [TestCase("cursor=Zm9v", "cursor")]
    [TestCase("cursor=", "cursor")]
    [TestCase("company_id=99999999999", "company_id")]
    public async Task Wrong_filters_are_named(string query, string fields)
    {
        var answer = await acme.GetAsync("/api/vms?" + query);

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.WrongFields, Is.EqualTo(fields.Split(',')));
    }

    [TestCase("/api/vms/999999")]
    [TestCase("/api/vms/0")]
    [TestCase("/api/vms/99999999999999999999")]
    [TestCase("/api/vms/abc")]
    [TestCase("/api/vms/1'%20or%201=1")]
    public async Task What_is_not_there_is_404(string path)
    {
        var answer = await acme.GetAsync(path);

        Assert.That(answer.Status, Is.EqualTo(404));
        Assert.That(answer.ContentType, Is.EqualTo("application/problem+json"));
        Assert.That((string?)answer.Json!["trace_id"], Is.Not.Empty);
    }

    private static IEnumerable<int> Ids(Answer answer) => answer.Data.AsArray().Select(vm => (int)((JsonObject)vm!)["id"]!);
}
