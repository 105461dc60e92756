using FsCheck;
using FsCheck.Fluent;
using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Sagas.Admission;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Admission;

/// <summary>What must hold after every call, whatever the calls are.</summary>
public sealed class AdmissionPropertyTests(RedisKind kind) : AdmissionSuite(kind)
{
    private static readonly string?[] Storages = [null, "ceph", "nfs"];

    private int runs;

    [Test]
    public void No_limit_is_exceeded_no_slot_is_lost_and_no_step_has_two()
        => Check(async (cluster, steps) =>
        {
            foreach (var step in steps)
            {
                var before = await Holding(cluster);
                var granted = await Do(cluster, step);
                var report = await Admission.ReportAsync(cluster, default);
                var now = report.Holders.Select(holder => holder.Slot.Holder).ToArray();

                Assert.That(now, Is.Unique);
                Assert.That(now.Intersect(report.Waiters.Select(waiter => waiter.Wanted.Holder)), Is.Empty, "holds and waits");
                Assert.That(granted, Is.EquivalentTo(now.Except(before)), "the answer names who got a slot");
                LimitsHold(report);
                NobodyWaitsForAFreeSlot(report);
            }
        });

    [Test]
    public void When_all_have_released_every_slot_is_free_again()
        => Check(async (cluster, steps) =>
        {
            foreach (var step in steps)
            {
                await Do(cluster, step);
            }

            for (var holder = 0; holder < 16; holder++)
            {
                await Admission.ReleaseAsync(cluster, $"h{holder}", default);
            }

            var report = await Admission.ReportAsync(cluster, default);
            Assert.That((report.Holders.Count, report.Waiters.Count), Is.EqualTo((0, 0)));
            await Admission.SetLimitsAsync(cluster, Small.With(AdmissionClass.Clone, new(4, 4, 4)), default);
            await Granted([.. Enumerable.Range(0, 4).Select(number => Clone($"again{number}", "n9", "ceph", cluster: cluster))]);
        });

    [Test]
    public void A_company_that_waits_is_served_between_any_two_turns_of_another()
        => Check(async (cluster, steps) =>
        {
            await Granted(Clone("x", company: "x", cluster: cluster), Clone("y", company: "y", cluster: cluster));
            foreach (var (number, step) in steps.Index())
            {
                await Waiting(Clone($"w{number}", company: $"c{step.B % 4}", cluster: cluster));
            }

            var waiting = (await Admission.ReportAsync(cluster, default)).Waiters.CountBy(waiter => waiter.Wanted.Company).ToDictionary();
            var sinceServed = waiting.Keys.ToDictionary(company => company, _ => new HashSet<string>());
            var holder = "x";
            while (waiting.Values.Any(count => count > 0))
            {
                var grant = (await Admission.ReleaseAsync(cluster, holder, default)).Single();
                var overtaken = waiting.Where(other => other.Value > 0 && sinceServed[other.Key].Contains(grant.Company)).Select(other => other.Key);
                Assert.That(overtaken.Where(company => company != grant.Company), Is.Empty, $"{grant.Company} had two turns");
                foreach (var (company, others) in sinceServed)
                {
                    if (company != grant.Company)
                    {
                        others.Add(grant.Company);
                    }
                }

                sinceServed[grant.Company].Clear();
                waiting[grant.Company]--;
                holder = grant.Holder;
            }
        });

    private void Check(Func<string, Step[], Task> property)
        => Prop.ForAll(
                ArbMap.Default.ArbFor<(byte, byte, byte)[]>(),
                bytes =>
                {
                    var cluster = $"run{runs++}";
                    Run().GetAwaiter().GetResult();

                    async Task Run()
                    {
                        await Admission.RestoreAsync(cluster, [], default);
                        await property(cluster, [.. bytes.Select(three => new Step(three.Item1, three.Item2, three.Item3))]);
                    }
                })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    /// <summary>One call; the holders that it gave a slot.</summary>
    private async Task<string[]> Do(string cluster, Step step)
    {
        var holder = $"h{step.A / 16}";
        var node = $"n{step.B % 3}";
        switch (step.A % 16)
        {
            case < 9:
                var request = Clone(
                    holder, node, Storages[step.B / 3 % 3], $"c{step.C % 4}", (JobPriority)(step.C / 4 % 3), cluster);
                var already = (await Holding(cluster)).Contains(holder);
                return await Ask(request) == AdmissionDecision.Granted && !already ? [holder] : [];
            case < 13:
                return Names(await Admission.ReleaseAsync(cluster, holder, default));
            case 13:
                await Admission.SlowDownAsync(cluster, node, AdmissionClass.Clone, default);
                return [];
            case 14:
                return Names(Admission.Grants(await Admission.SpeedUp(cluster, node, AdmissionClass.Clone).RunAsync(Redis.GetDatabase())));
            default:
                Time.Advance(TimeSpan.FromSeconds(step.C));
                return Names(await Admission.ExpireAsync(cluster, default));
        }
    }

    private async Task<string[]> Holding(string cluster)
        => [.. (await Admission.ReportAsync(cluster, default)).Holders.Select(holder => holder.Slot.Holder)];

    private static void LimitsHold(AdmissionReport report)
    {
        var limit = Small.For(AdmissionClass.Clone);
        var slots = report.Holders.Select(holder => holder.Slot).ToArray();
        Assert.That(slots, Has.Length.LessThanOrEqualTo(limit.PerCluster));
        Assert.That(slots.CountBy(slot => slot.Node).Select(node => node.Value), Has.All.LessThanOrEqualTo(limit.PerNode));
        Assert.That(
            slots.Where(slot => slot.Storage is not null).CountBy(slot => slot.Storage!).Select(storage => storage.Value),
            Has.All.LessThanOrEqualTo(limit.PerStorage));
    }

    private static void NobodyWaitsForAFreeSlot(AdmissionReport report)
    {
        var limit = Small.For(AdmissionClass.Clone);
        foreach (var wanted in report.Waiters.Select(waiter => waiter.Wanted))
        {
            var nodeLimit = report.Slowed.SingleOrDefault(slowed => slowed.Node == wanted.Node)?.Limit ?? limit.PerNode;
            var full = report.Holders.Count >= limit.PerCluster
                || report.Holders.Count(holder => holder.Slot.Node == wanted.Node) >= nodeLimit
                || (wanted.Storage is not null && report.Holders.Count(holder => holder.Slot.Storage == wanted.Storage) >= limit.PerStorage);
            Assert.That(full, Is.True, $"{wanted.Holder} waits on {wanted.Node} although there is room");
        }
    }

    private static string[] Names(SlotGrants grants) => [.. grants.Select(grant => grant.Holder)];

    private sealed record Step(byte A, byte B, byte C);
}
