using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Api.Tests.Vms;

/// <summary>When a VM was seen: with its cluster while the lists contain it, at its own time after that.</summary>
public sealed class VmSeenTests
{
    [TestCase(VmStatus.Running, true)]
    [TestCase(VmStatus.Unknown, false)]
    public async Task A_vm_that_is_listed_was_seen_with_its_cluster(VmStatus status, bool withCluster)
    {
        await using var api = await TestApi.StartAsync();
        var (own, cluster) = (new DateTime(2026, 1, 2, 3, 0, 0, DateTimeKind.Utc), new DateTime(2026, 1, 2, 3, 9, 0, DateTimeKind.Utc));
        var id = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Status, vm.SeenAt) = (status, own));
        await using (var db = api.Database.OpenAll())
        {
            await db.Clusters.ExecuteUpdateAsync(set => set.SetProperty(row => row.SeenAt, cluster));
        }

        using var acme = api.As(api.Seeds.AcmeOperator);
        var one = (await acme.GetAsync($"/api/vms/{id}")).Data;
        var list = (await acme.GetAsync("/api/vms")).Data;

        Assert.That((DateTime)one["seen_at"]!, Is.EqualTo(withCluster ? cluster : own));
        Assert.That((DateTime)list[0]!["seen_at"]!, Is.EqualTo(withCluster ? cluster : own));
    }
}
