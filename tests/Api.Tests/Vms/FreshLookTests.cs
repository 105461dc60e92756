using System.Text.Json.Nodes;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;
using MultiPanel.Simulator;

namespace MultiPanel.Api.Tests.Vms;

/// <summary><c>GET /api/vms/{id}?fresh=true</c></summary>
public sealed class FreshLookTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private Host.Proxmox proxmox = null!;
    private SimulatedVm known = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
        proxmox = await Host.Proxmox.StartAsync();
        await proxmox.ConnectAsync(api);
        known = proxmox.Cluster.Vms[0];
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await proxmox.DisposeAsync();
        await api.DisposeAsync();
    }

    [Test]
    public async Task What_proxmox_says_now_is_shown_and_kept()
    {
        var id = await SeedAsync(vm => (vm.Name, vm.Node, vm.Cores, vm.DiskGb) = ("old-name", known.Node, 77, 1));

        var plain = await ReadAsync(id);
        var fresh = await ReadAsync(id, "?fresh=true");
        var after = await ReadAsync(id);

        Assert.That(((int?)plain["cores"], plain["config"]), Is.EqualTo(((int?)77, (JsonNode?)null)));
        foreach (var vm in new[] { fresh, after })
        {
            Assert.That((string?)vm["name"], Is.EqualTo(known.Name));
            Assert.That((int?)vm["cores"], Is.Not.EqualTo(77));
            Assert.That((string?)vm["config"]!["nics"]![0]!["mac"], Is.Not.Null);
            Assert.That((double?)vm["disk_gb"], Is.EqualTo(vm["config"]!["disks"]!.AsArray().Sum(disk => (double)disk!["size_gb"]!)), "quotas count what is shown");
        }
    }

    [Test]
    public async Task Many_who_ask_at_once_share_a_look()
    {
        var id = await SeedAsync(vm => vm.Node = known.Node);
        var before = proxmox.Cluster.TotalCalls;

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(id, "?fresh=true")));

        Assert.That(proxmox.Cluster.TotalCalls - before, Is.LessThanOrEqualTo(3));
    }

    [Test]
    public async Task Another_vm_on_its_vmid_is_not_shown()
    {
        var id = await SeedAsync(vm => (vm.Name, vm.Node, vm.Uuid) = ("mine", known.Node, "another"));

        var answer = await acme.GetAsync($"/api/vms/{id}?fresh=true");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "not_ours")), answer.Text);
        Assert.That(answer.Text, Does.Not.Contain(known.Name), "which may be another company's");
        Assert.That((string?)(await ReadAsync(id))["name"], Is.EqualTo("mine"));
    }

    [Test]
    public async Task What_cannot_be_looked_at_says_why()
    {
        var making = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Status = VmStatus.Provisioning);
        var gone = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Vmid = 999_999);
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);
        var silent = await api.Seeds.ClusterAsync("unreachable");
        var far = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.ClusterId = silent);

        Assert.That((await acme.GetAsync($"/api/vms/{making}?fresh=true")).Code, Is.EqualTo("vm_not_ready"));
        Assert.That((await acme.GetAsync($"/api/vms/{gone}?fresh=true")).Code, Is.EqualTo("vm_not_found"));
        Assert.That((await acme.GetAsync($"/api/vms/{theirs}?fresh=true")).Status, Is.EqualTo(404));
        Assert.That((await acme.GetAsync($"/api/vms/{far}?fresh=true")).Code, Is.EqualTo("cluster_unreachable"));
        Assert.That((await acme.GetAsync($"/api/vms/{far}?fresh=maybe")).Status, Is.EqualTo(400));
    }

    private Task<int> SeedAsync(Action<Vm> with) => api.Seeds.VmAsync(api.Seeds.Acme, known.Name, vm =>
    {
        vm.Vmid = known.VmId;
        with(vm);
    });

    private async Task<JsonNode> ReadAsync(int id, string query = "")
    {
        var answer = await acme.GetAsync($"/api/vms/{id}{query}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Data;
    }
}
