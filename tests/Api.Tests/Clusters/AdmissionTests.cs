using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Clusters;

public sealed class AdmissionTests
{
    private TestApi api = null!;
    private ApiClient root = null!;

    private string Path => $"/api/clusters/{api.Seeds.Cluster}/admission";

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
    public async Task Who_holds_and_who_waits_is_what_the_workers_wrote()
    {
        var at = api.Clock.GetUtcNow().UtcDateTime;
        await api.Services.GetRequiredService<AdmissionBoard>().WriteAsync(new AdmissionView
        {
            ClusterId = api.Seeds.Cluster,
            At = at,
            Limits = new Dictionary<string, ClassLimits>(),
            Holders = [new SlotHolder(Guid.NewGuid(), "clone", "clone", "pve1", "local", 1, JobPriority.Operator, at)],
            Waiting = 7,
        });

        var view = (await root.GetAsync(Path)).Data;

        Assert.That(((string?)view["holders"]![0]!["node"], (int)view["waiting"]!), Is.EqualTo(("pve1", 7)));
        Assert.That((int)view["limits"]!["clone"]!["per_node"]!, Is.EqualTo(4));
    }

    [Test]
    public async Task Without_a_board_or_redis_the_limits_are_there()
    {
        var empty = await root.GetAsync(Path);
        api.StopRedis();
        var unreachable = await root.GetAsync(Path);

        foreach (var answer in new[] { empty, unreachable })
        {
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            Assert.That((answer.Data["at"], answer.Data["holders"]!.AsArray().Count, (int)answer.Data["limits"]!["other"]!["per_cluster"]!), Is.EqualTo(((object?)null, 0, 16)));
        }
    }

    [Test]
    public async Task Limits_are_kept_and_what_is_not_named_has_the_defaults()
    {
        var set = await root.PutAsync(Path, """{"limits":{"clone":{"per_node":1,"per_storage":2,"per_cluster":1000},"other":{"per_node":9,"per_storage":9,"per_cluster":9}}}""");
        var kept = await root.GetAsync(Path);

        foreach (var limits in new[] { set.Data["limits"]!, kept.Data["limits"]! })
        {
            Assert.That(((int)limits["clone"]!["per_node"]!, (int)limits["clone"]!["per_cluster"]!, (int)limits["power"]!["per_node"]!, (int)limits["other"]!["per_node"]!), Is.EqualTo((1, 1000, 8, 9)));
        }

        await using var db = api.Database.OpenAll();
        Assert.That((await db.Clusters.FindAsync(api.Seeds.Cluster))!.Limits!.For("clone"), Is.EqualTo(new ClassLimits(1, 2, 1000)));
    }

    [TestCase("{}")]
    [TestCase("""{"limits":null}""")]
    [TestCase("""{"limits":{}}""")]
    public async Task Nothing_named_is_the_defaults_again(string body)
    {
        await root.PutAsync(Path, """{"limits":{"clone":{"per_node":1,"per_storage":1,"per_cluster":1}}}""");

        Assert.That((int)(await root.PutAsync(Path, body)).Data["limits"]!["clone"]!["per_node"]!, Is.EqualTo(4));
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Clusters.FindAsync(api.Seeds.Cluster))!.Limits, Is.Null);
    }

    [TestCase("""{"limits":{"backup":{"per_node":1,"per_storage":1,"per_cluster":1}}}""", "limits.backup")]
    [TestCase("""{"limits":{"clone":{"per_node":0,"per_storage":1001,"per_cluster":-1}}}""", "limits.clone.per_cluster,limits.clone.per_node,limits.clone.per_storage")]
    [TestCase("""{"limits":{"clone":{"per_node":1}}}""", "limits.clone.per_cluster,limits.clone.per_storage")]
    [TestCase("""{"limits":{"clone":{"per_node":"1","per_storage":1,"per_cluster":99999999999}}}""", "limits.clone.per_cluster,limits.clone.per_node")]
    [TestCase("""{"limits":{"clone":{"per_node":1,"per_storage":1,"per_cluster":1,"per_vm":1}}}""", "limits.clone.per_vm")]
    [TestCase("""{"limits":{"clone":null}}""", "limits.clone")]
    [TestCase("""{"limits":[]}""", "limits")]
    [TestCase("""{"limits":5}""", "limits")]
    [TestCase("""{"clone":{}}""", "clone")]
    public async Task What_is_wrong_is_named(string body, string fields)
    {
        var answer = await root.PutAsync(Path, body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(fields.Split(',')));
    }

    [Test]
    public async Task A_cluster_that_is_not_there_is_404()
    {
        Assert.That((await root.GetAsync("/api/clusters/999/admission")).Status, Is.EqualTo(404));
        Assert.That((await root.PutAsync("/api/clusters/999/admission", "{}")).Status, Is.EqualTo(404));
    }

    [TestCase("per_node", 10, 1, 1)]
    [TestCase("per_storage", 1, 10, 1)]
    public async Task A_part_cannot_have_more_than_the_whole(string field, int node, int storage, int cluster)
    {
        var answer = await root.PutAsync(
            $"/api/clusters/{api.Seeds.Cluster}/admission", $$$$"""{"limits":{"clone":{"per_node":{{{{node}}}},"per_storage":{{{{storage}}}},"per_cluster":{{{{cluster}}}}}}}""");

        Assert.That(answer.WrongFields, Is.EqualTo(new[] { $"limits.clone.{field}" }), answer.Text);
    }
}
