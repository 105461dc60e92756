using Microsoft.Extensions.Options;
using MultiPanel.Contracts.Admission;
using MultiPanel.Sagas.Admission;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Admission;

public sealed class AdmissionLimitTests(RedisKind kind) : AdmissionSuite(kind)
{
    [Test]
    public async Task A_node_takes_its_limit_and_the_next_waits_in_line()
    {
        await Granted(Clone("a"), Clone("b"));

        Assert.That(await Ask(Clone("c")), Is.EqualTo(AdmissionDecision.Waiting(1)));
        Assert.That(await Ask(Clone("d")), Is.EqualTo(AdmissionDecision.Waiting(2)));
    }

    [Test]
    public async Task Many_workers_at_once_never_exceed_the_limit()
    {
        await using var connection = await Open();
        var workers = new[] { Admission, new RedisAdmission(connection, Options.Create(new AdmissionOptions { KeyPrefix = KeyPrefix, Limits = Small }), Time) };
        var (running, most, granted) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async number =>
        {
            for (var round = 0; round < 40; round++)
            {
                var holder = $"{number}.{round}";
                if (await workers[number % 2].RequestAsync(Clone(holder), default) == AdmissionDecision.Granted)
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    Interlocked.Increment(ref granted);
                    await workers[number % 2].RenewAsync(Cluster, [holder], default);
                    Interlocked.Decrement(ref running);
                }

                await workers[number % 2].ReleaseAsync(Cluster, holder, default);
            }
        }));

        Assert.That(most, Is.LessThanOrEqualTo(2));
        Assert.That(granted, Is.GreaterThanOrEqualTo(2));
        await Granted(Clone("after"), Clone("all"));
    }

    [Test]
    public async Task A_storage_is_counted_over_all_nodes()
    {
        await Granted(Clone("a", "pve1", "ceph"), Clone("b", "pve2", "ceph"), Clone("c", "pve3", "ceph"));

        await Waiting(Clone("d", "pve1", "ceph"));
        await Granted(Clone("e", "pve1", "nfs"));
    }

    [Test]
    public async Task The_cluster_is_counted_over_all_nodes()
    {
        await Granted(Clone("a", "pve1"), Clone("b", "pve2"), Clone("c", "pve3"), Clone("d", "pve4"));

        await Waiting(Clone("e", "pve5"));
    }

    [Test]
    public async Task Classes_and_clusters_are_counted_apart()
    {
        await Granted(Clone("a"), Clone("b"));

        await Granted(Clone("a2") with { Class = AdmissionClass.Delete });
        await Admission.RestoreAsync("c2", [], default);
        await Granted(Clone("a3", cluster: "c2"));
    }

    [Test]
    public async Task A_class_of_ones_own_has_limits_too()
    {
        var requests = Enumerable.Range(0, 4).Select(number => Clone($"b{number}") with { Class = "backup" }).ToArray();

        await Granted(requests);

        await Waiting(Clone("b4") with { Class = "backup" });
    }

    [Test]
    public async Task Asking_again_is_harmless()
    {
        await Granted(Clone("a"), Clone("a"), Clone("a"), Clone("b"));

        Assert.That(await Ask(Clone("c")), Is.EqualTo(AdmissionDecision.Waiting(1)));
        Assert.That(await Ask(Clone("d")), Is.EqualTo(AdmissionDecision.Waiting(2)));
        Assert.That(await Ask(Clone("c")), Is.EqualTo(AdmissionDecision.Waiting(1)));
        Assert.That(await Release("a"), Is.EqualTo(new[] { "c" }));
        Assert.That(await Ask(Clone("c")), Is.EqualTo(AdmissionDecision.Granted));
    }

    [Test]
    public async Task A_slot_is_given_back_once_however_often_it_is_released()
    {
        await Granted(Clone("a"), Clone("b"));
        await Waiting(Clone("c"), Clone("d"));

        Assert.That(await Release("a"), Is.EqualTo(new[] { "c" }));
        Assert.That(await Release("a"), Is.Empty);
        Assert.That(await Release("unknown"), Is.Empty);
    }

    [Test]
    public async Task A_waiter_that_gives_up_frees_nothing_and_is_not_served()
    {
        await Granted(Clone("a"), Clone("b"));
        await Waiting(Clone("c"), Clone("d"));

        Assert.That(await Release("c"), Is.Empty);
        Assert.That(await Release("a"), Is.EqualTo(new[] { "d" }));
    }

    [Test]
    public async Task A_grant_carries_what_the_request_said()
    {
        await Granted(Clone("a", storage: "ceph"), Clone("b", storage: "ceph"));
        var request = Clone("c", storage: "ceph", company: "globex");
        await Waiting(request);

        var grants = await Admission.ReleaseAsync(Cluster, "a", default);

        Assert.That(grants.Single(), Is.EqualTo(new AdmissionGrant(
            "c", request.JobId, Cluster, "pve1", "ceph", AdmissionClass.Clone, request.Priority, "globex", "wake c")));
    }

    [Test]
    public async Task Raised_limits_are_used_at_once_and_lowered_ones_revoke_nothing()
    {
        await Granted(Clone("a"), Clone("b"));
        await Waiting(Clone("c"), Clone("d"));

        var grants = await Admission.SetLimitsAsync(Cluster, Small.With(AdmissionClass.Clone, new(3, 10, 10)), default);
        Assert.That(grants.Select(grant => grant.Holder), Is.EqualTo(new[] { "c" }));

        await Admission.SetLimitsAsync(Cluster, Small.With(AdmissionClass.Clone, new(1, 10, 10)), default);
        Assert.That((await Admission.ReportAsync(Cluster, default)).Holders, Has.Count.EqualTo(3));
        Assert.That(await Release("a"), Is.Empty);
        Assert.That(await Release("b"), Is.Empty);
        Assert.That(await Release("c"), Is.EqualTo(new[] { "d" }));
    }

    [Test]
    public async Task Limits_are_read_back_and_default_where_none_are_set()
    {
        Assert.That((await Admission.LimitsAsync(Cluster, default)).For(AdmissionClass.Clone), Is.EqualTo(new ClassLimits(2, 3, 4)));

        await Admission.SetLimitsAsync(Cluster, AdmissionLimits.Default.With("backup", new(1, 2, 3)), default);

        var limits = await Admission.LimitsAsync(Cluster, default);
        Assert.That(limits.For("backup"), Is.EqualTo(new ClassLimits(1, 2, 3)));
        Assert.That(limits.For(AdmissionClass.Power), Is.EqualTo(AdmissionLimits.Default.For(AdmissionClass.Power)));
        Assert.That(limits.For("unheard of"), Is.EqualTo(AdmissionLimits.Default.Other));
    }

    [Test]
    public void A_limit_below_one_is_refused()
        => Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Admission.SetLimitsAsync(Cluster, Small.With(AdmissionClass.Clone, new(0, 1, 1)), default));

    [TestCase("a:b", "c:d", "x|y")]
    [TestCase("\"]", "[\"", "\\")]
    [TestCase("no\0de", "中文 😀", "%s {0} ${x}")]
    [TestCase("n", "", "*")]
    public async Task Hostile_names_are_names_like_others(string node, string company, string storage)
    {
        await Granted(Clone($"1{node}", node, storage, company), Clone($"2{node}", node, storage, company));
        await Waiting(Clone($"3{node}", node, storage, company));

        var report = await Admission.ReportAsync(Cluster, default);
        Assert.That((report.Waiters.Single().Wanted.Node, report.Waiters.Single().Wanted.Company), Is.EqualTo((node, company)));

        var grants = await Admission.ReleaseAsync(Cluster, $"1{node}", default);
        Assert.That((grants.Single().Node, grants.Single().Company, grants.Single().Storage), Is.EqualTo((node, company, storage)));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
