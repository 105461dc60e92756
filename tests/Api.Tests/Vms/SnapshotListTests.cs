using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Api.Tests.Vms;

public sealed class SnapshotListTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

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

    [Test]
    public async Task Snapshots_are_read_from_proxmox_also_after_the_vm_has_moved()
    {
        await using var proxmox = await Host.Proxmox.StartAsync();
        await proxmox.ConnectAsync(api);
        var known = proxmox.Cluster.Vms[0];
        var elsewhere = proxmox.Cluster.Nodes.First(node => node != known.Node);
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Name, vm.Vmid, vm.Node) = (known.Name, known.VmId, elsewhere));

        var answer = await acme.GetAsync($"/api/vms/{id}/snapshots");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Data.AsArray(), Is.Empty, "the present state is no snapshot");
    }

    [Test]
    public async Task Those_of_another_vm_on_its_vmid_are_not_shown()
    {
        await using var proxmox = await Host.Proxmox.StartAsync();
        await proxmox.ConnectAsync(api);
        var known = proxmox.Cluster.Vms[1];
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Name, vm.Vmid, vm.Node, vm.Uuid) = ("mine", known.VmId, known.Node, "another"));

        var answer = await acme.GetAsync($"/api/vms/{id}/snapshots");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "not_ours")), answer.Text);
        Assert.That(answer.Text, Does.Contain("mine").And.Not.Contain(known.Name), "which may be another company's");
    }

    [Test]
    public async Task An_unreachable_cluster_is_503_in_plain_words()
    {
        var cluster = await api.Seeds.ClusterAsync("unreachable");
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.ClusterId = cluster);

        var answer = await acme.GetAsync($"/api/vms/{id}/snapshots");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((503, "cluster_unreachable")), answer.Text);
    }

    [Test]
    public async Task A_vm_that_is_still_being_made_has_none_to_show()
    {
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => vm.Status = VmStatus.Provisioning);

        Assert.That((await acme.GetAsync($"/api/vms/{id}/snapshots")).Code, Is.EqualTo("vm_not_ready"));
    }
}
