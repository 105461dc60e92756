using MultiPanel.Sagas.Admission;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Admission;

public sealed class AdmissionLeaseTests(RedisKind kind) : AdmissionSuite(kind)
{
    [Test]
    public async Task A_vanished_saga_gives_its_slot_back()
    {
        await Granted(Clone("gone"), Clone("alive"));
        await Waiting(Clone("next"));
        Time.Advance(TimeSpan.FromSeconds(119));
        await Admission.RenewAsync(Cluster, ["alive", "next", "unheard of"], default);
        Assert.That(await Admission.ExpireAsync(Cluster, default), Is.Empty);

        Time.Advance(TimeSpan.FromSeconds(2));
        var grants = await Admission.ExpireAsync(Cluster, default);

        Assert.That(grants.Select(grant => grant.Holder), Is.EqualTo(new[] { "next" }));
        Assert.That(await Holders(), Is.EquivalentTo(new[] { "alive", "next" }));
    }

    [Test]
    public async Task Asking_again_renews_the_lease()
    {
        await Granted(Clone("a"));
        Time.Advance(TimeSpan.FromSeconds(119));
        await Granted(Clone("a"));
        Time.Advance(TimeSpan.FromSeconds(119));

        await Admission.ExpireAsync(Cluster, default);

        Assert.That(await Holders(), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task A_lease_that_was_given_to_another_is_not_brought_back()
    {
        await Granted(Clone("late"));
        Time.Advance(TimeSpan.FromMinutes(3));
        await Admission.ExpireAsync(Cluster, default);

        await Admission.RenewAsync(Cluster, ["late"], default);

        Assert.That(await Holders(), Is.Empty);
    }

    [Test]
    public async Task A_waiter_not_heard_of_for_long_is_forgotten()
    {
        await Granted(Clone("a") with { Lease = TimeSpan.FromDays(1) }, Clone("b") with { Lease = TimeSpan.FromDays(1) });
        await Waiting(Clone("silent"), Clone("heard"));
        Time.Advance(TimeSpan.FromMinutes(59));
        await Admission.RenewAsync(Cluster, ["heard"], default);
        Time.Advance(TimeSpan.FromMinutes(2));

        await Admission.ExpireAsync(Cluster, default);

        Assert.That(await Release("a"), Is.EqualTo(new[] { "heard" }));
    }

    [Test]
    public async Task After_a_flush_nothing_is_granted_until_all_that_run_are_counted()
    {
        await Granted(Clone("a"), Clone("b"));
        await Waiting(Clone("c"));
        await Flush();

        Assert.That(await Ask(Clone("c")), Is.EqualTo(AdmissionDecision.Restore));
        Assert.That((await Admission.ReleaseAsync(Cluster, "x", default)).Restore, Is.True);
        Assert.That((await Admission.ExpireAsync(Cluster, default)).Restore, Is.True);
        Assert.That((await Admission.ReportAsync(Cluster, default)).Complete, Is.False);

        await Admission.RestoreAsync(Cluster, [Clone("a"), Clone("b")], default);

        Assert.That(await Ask(Clone("c")), Is.EqualTo(AdmissionDecision.Waiting(1)));
        Assert.That(await Release("a"), Is.EqualTo(new[] { "c" }));
    }

    [Test]
    public async Task The_first_restore_wins()
    {
        await Flush();
        await Admission.RestoreAsync(Cluster, [Clone("a"), Clone("b")], default);
        await Release("a");

        await Admission.RestoreAsync(Cluster, [Clone("a"), Clone("b")], default);

        Assert.That(await Holders(), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task Who_released_during_the_restore_is_not_counted()
    {
        await Granted(Clone("a"), Clone("b"));
        await Flush();
        await Admission.ReleaseAsync(Cluster, "a", default);

        await Admission.RestoreAsync(Cluster, [Clone("a"), Clone("b")], default);

        Assert.That(await Holders(), Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public async Task A_cluster_that_was_never_seen_asks_for_a_restore_first()
        => Assert.That(await Ask(Clone("a", cluster: "new")), Is.EqualTo(AdmissionDecision.Restore));

    private async Task<string[]> Holders()
        => [.. (await Admission.ReportAsync(Cluster, default)).Holders.Select(holder => holder.Slot.Holder)];
}
