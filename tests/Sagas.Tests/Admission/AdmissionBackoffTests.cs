using MultiPanel.Contracts.Admission;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Admission;

public sealed class AdmissionBackoffTests(RedisKind kind) : AdmissionSuite(kind)
{
    [SetUp]
    public async Task LimitOfFour()
        => await Admission.SetLimitsAsync(Cluster, Small.With(AdmissionClass.Clone, new(4, 100, 100)), default);

    [Test]
    public async Task A_lock_timeout_halves_the_nodes_limit_and_not_anothers()
    {
        await SlowDown();

        await Granted(Clone("a"), Clone("b"));
        await Waiting(Clone("c"));
        await Granted(Clone("d", "pve2"), Clone("e", "pve2"), Clone("f", "pve2"));
    }

    [Test]
    public async Task One_jam_halves_once_and_the_limit_never_falls_below_one()
    {
        await SlowDown();
        await SlowDown();
        Assert.That(await Limit(), Is.EqualTo(2));

        for (var jam = 0; jam < 3; jam++)
        {
            Time.Advance(TimeSpan.FromSeconds(11));
            await SlowDown();
        }

        Assert.That(await Limit(), Is.EqualTo(1));
    }

    [Test]
    public async Task Each_success_raises_by_one_up_to_the_configured_limit_and_grants_the_slot()
    {
        await SlowDown();
        await Granted(Clone("a"), Clone("b"));
        await Waiting(Clone("c"), Clone("d"), Clone("e"));

        Assert.That(await SpeedUp(), Is.EqualTo(new[] { "c" }));
        Assert.That(await SpeedUp(), Is.EqualTo(new[] { "d" }));
        Assert.That(await SpeedUp(), Is.Empty);
        Assert.That(await Limit(), Is.Null);
    }

    [Test]
    public async Task A_node_without_successes_recovers_with_time()
    {
        await SlowDown();
        await Granted(Clone("a"), Clone("b"));
        await Waiting(Clone("c"));

        Assert.That(await Admission.ExpireAsync(Cluster, default), Is.Empty);
        Time.Advance(TimeSpan.FromSeconds(61));

        Assert.That((await Admission.ExpireAsync(Cluster, default)).Select(grant => grant.Holder), Is.EqualTo(new[] { "c" }));
        Assert.That(await Limit(), Is.EqualTo(3));
    }

    private Task SlowDown() => Admission.SlowDownAsync(Cluster, "pve1", AdmissionClass.Clone, default);

    private async Task<string[]> SpeedUp()
        => [.. (Admission.Grants(await Admission.SpeedUp(Cluster, "pve1", AdmissionClass.Clone).RunAsync(Redis.GetDatabase()))).Select(grant => grant.Holder)];

    private async Task<int?> Limit() => (await Admission.ReportAsync(Cluster, default)).Slowed.SingleOrDefault()?.Limit;
}
