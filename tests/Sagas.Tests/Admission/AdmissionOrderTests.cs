using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Admission;

public sealed class AdmissionOrderTests(RedisKind kind) : AdmissionSuite(kind)
{
    [Test]
    public async Task A_thousand_waiting_clones_of_one_company_delay_anothers_first_by_at_most_one_slot()
    {
        await Granted(Clone("first", company: "big"), Clone("second", company: "big"));
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => Ask(Clone($"big {number}", company: "big"))));

        Assert.That((await Ask(Clone("small", company: "small"))).Position, Is.EqualTo(1));
        Assert.That(await Release("first"), Is.EqualTo(new[] { "small" }));
    }

    [Test]
    public async Task Companies_take_turns_and_each_goes_first_come()
    {
        await Granted(Clone("x", company: "x"), Clone("y", company: "y"));
        await Waiting(
            Clone("a1", company: "a"), Clone("a2", company: "a"), Clone("a3", company: "a"),
            Clone("b1", company: "b"), Clone("b2", company: "b"),
            Clone("c1", company: "c"));

        Assert.That(await Served("x", 6), Is.EqualTo(new[] { "a1", "b1", "c1", "a2", "b2", "a3" }));
    }

    [Test]
    public async Task A_company_that_was_just_served_goes_behind_one_that_comes_new()
    {
        await Granted(Clone("a0", company: "a"), Clone("x", company: "x"));
        await Waiting(Clone("a1", company: "a"), Clone("n1", company: "new"));

        Assert.That(await Served("x", 2), Is.EqualTo(new[] { "n1", "a1" }));
    }

    [Test]
    public async Task Priority_goes_before_company_and_arrival()
    {
        await Granted(Clone("x"), Clone("y"));
        await Waiting(
            Clone("background", priority: JobPriority.Background, company: "a"),
            Clone("operator", priority: JobPriority.Operator, company: "b"),
            Clone("interactive", priority: JobPriority.Interactive, company: "c"));

        Assert.That(await Served("x", 3), Is.EqualTo(new[] { "interactive", "operator", "background" }));
    }

    [Test]
    public async Task A_waiter_can_be_given_another_priority()
    {
        await Granted(Clone("x"), Clone("y"));
        await Waiting(Clone("a", priority: JobPriority.Operator), Clone("b", priority: JobPriority.Background));

        Assert.That((await Ask(Clone("b", priority: JobPriority.Interactive))).Position, Is.EqualTo(1));

        Assert.That(await Served("x", 2), Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public async Task A_full_node_does_not_block_another()
    {
        await Granted(Clone("a", "pve1"), Clone("b", "pve1"), Clone("c", "pve2"));
        await Waiting(Clone("d", "pve1", priority: JobPriority.Interactive));

        await Granted(Clone("e", "pve2", priority: JobPriority.Background));
        await Waiting(Clone("f", "pve2"));

        Assert.That(await Release("e"), Is.EqualTo(new[] { "f" }), "d is before it, but its node is full");
        Assert.That(await Release("b"), Is.EqualTo(new[] { "d" }));
    }

    [Test]
    public async Task Companies_take_turns_across_nodes_where_the_cluster_is_what_is_short()
    {
        await Granted(Clone("1", "n1", company: "x"), Clone("2", "n2", company: "x"), Clone("3", "n3", company: "x"), Clone("4", "n4", company: "x"));
        await Waiting(Clone("a1", "n5", company: "a"), Clone("a2", "n6", company: "a"), Clone("b1", "n7", company: "b"));

        Assert.That(await Release("1"), Is.EqualTo(new[] { "a1" }));
        Assert.That(await Release("2"), Is.EqualTo(new[] { "b1" }));
        Assert.That(await Release("3"), Is.EqualTo(new[] { "a2" }));
    }

    [Test]
    public async Task The_position_that_was_reported_is_the_position_of_the_report_and_the_order_of_service()
    {
        await Granted(Clone("x", company: "x"), Clone("y", company: "y"));
        var random = new Random(1);
        for (var number = 0; number < 40; number++)
        {
            await Waiting(Clone($"w{number}", company: $"c{random.Next(5)}", priority: (JobPriority)random.Next(3)));
        }

        var report = await Admission.ReportAsync(Cluster, default);
        var expected = report.Waiters.Select(waiter => waiter.Wanted.Holder).ToArray();

        Assert.That(report.Waiters.Select(waiter => waiter.Position), Is.EqualTo(Enumerable.Range(1, 40)));
        foreach (var waiter in report.Waiters)
        {
            var asked = await Ask(Clone(waiter.Wanted.Holder, company: waiter.Wanted.Company, priority: waiter.Wanted.Priority));
            Assert.That(asked.Position, Is.EqualTo(waiter.Position), waiter.Wanted.Holder);
        }

        Assert.That(await Served("x", 40), Is.EqualTo(expected));
    }

    /// <summary>The next waiters in the order in which one slot goes round.</summary>
    private async Task<List<string>> Served(string holder, int count)
    {
        var served = new List<string>();
        for (var number = 0; number < count; number++)
        {
            holder = (await Release(holder)).Single();
            served.Add(holder);
        }

        return served;
    }
}
