using MassTransit;
using MultiPanel.Sagas.Persistence;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests.Persistence;

/// <summary>What two hosts do to one saga at the same moment, step by step.</summary>
public sealed class RedisSagaStoreTests(RedisKind kind) : RedisSuite(kind)
{
    private RedisSagaStore<Tally> Store => StoreWith(expiry: null);

    [Test]
    public async Task An_inserted_saga_is_read_back_whole()
    {
        var saga = new Tally
        {
            CorrelationId = NewId.NextGuid(),
            CurrentState = "Open",
            Total = -7,
            Label = "x",
            OpenedAt = new DateTimeOffset(2026, 11, 22, 13, 14, 15, 167, TimeSpan.FromHours(2)),
            ByName = { ["a:b"] = 1, ["Ä"] = 2 },
        };

        await Store.Insert(saga);

        var read = await Store.Load(saga.CorrelationId);
        Assert.That(read, Is.EqualTo(saga).UsingPropertiesComparer());
    }

    [Test]
    public async Task Inserting_an_existing_saga_fails_and_leaves_it_alone()
    {
        var saga = await Inserted("first");

        Assert.ThrowsAsync<ConcurrencyException>(() => Store.Insert(new Tally { CorrelationId = saga.CorrelationId, Label = "second" }));

        Assert.That((await Store.Load(saga.CorrelationId))!.Label, Is.EqualTo("first"));
    }

    [Test]
    public async Task An_update_raises_the_version()
    {
        var saga = await Inserted("first");

        saga.Label = "second";
        await Store.Update(saga);

        var read = (await Store.Load(saga.CorrelationId))!;
        Assert.That((read.Label, read.Version), Is.EqualTo(("second", 1)));
    }

    [Test]
    public async Task A_stale_update_fails_and_changes_nothing()
    {
        var (mine, theirs) = await ReadTwice(await Inserted("first"));
        theirs.Label = "theirs";
        await Store.Update(theirs);

        mine.Label = "mine";
        Assert.ThrowsAsync<ConcurrencyException>(() => Store.Update(mine));

        Assert.That((await Store.Load(mine.CorrelationId))!.Label, Is.EqualTo("theirs"));
    }

    [Test]
    public async Task A_stale_delete_fails_and_keeps_the_saga()
    {
        var (mine, theirs) = await ReadTwice(await Inserted("first"));
        await Store.Update(theirs);

        Assert.ThrowsAsync<ConcurrencyException>(() => Store.Delete(mine));

        Assert.That(await Store.Load(mine.CorrelationId), Is.Not.Null);
    }

    [Test]
    public async Task A_saga_deleted_meanwhile_is_neither_updated_nor_deleted_nor_brought_back()
    {
        var (mine, theirs) = await ReadTwice(await Inserted("first"));
        await Store.Delete(theirs);

        Assert.ThrowsAsync<ConcurrencyException>(() => Store.Update(mine));
        Assert.ThrowsAsync<ConcurrencyException>(() => Store.Delete(mine));

        Assert.That(await Store.Load(mine.CorrelationId), Is.Null);
    }

    [Test]
    public async Task Two_saga_types_share_an_id_without_meeting()
    {
        var tally = await Inserted("tally");
        var audits = new RedisSagaStore<Audit>(Redis.GetDatabase(), KeyPrefix, expiry: null);
        await audits.Insert(new Audit { CorrelationId = tally.CorrelationId, Subject = "audit" });

        await Store.Delete(tally);

        Assert.That((await audits.Load(tally.CorrelationId))!.Subject, Is.EqualTo("audit"));
    }

    [Test]
    public async Task Of_many_updates_at_once_exactly_one_wins()
    {
        var saga = await Inserted("first");
        await using var other = await Open();
        var stores = new[] { Store, new RedisSagaStore<Tally>(other.GetDatabase(), KeyPrefix, expiry: null) };

        for (var round = 0; round < 25; round++)
        {
            var copies = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => stores[index % 2].Load(saga.CorrelationId)));
            var won = await Task.WhenAll(copies.Select((copy, index) => Wins(() => stores[index % 2].Update(copy!))));
            Assert.That(won.Count(one => one), Is.EqualTo(1), $"round {round}");
        }
    }

    [Test]
    public async Task Of_many_inserts_at_once_exactly_one_wins()
    {
        await using var other = await Open();
        var stores = new[] { Store, new RedisSagaStore<Tally>(other.GetDatabase(), KeyPrefix, expiry: null) };

        for (var round = 0; round < 25; round++)
        {
            var id = NewId.NextGuid();
            var won = await Task.WhenAll(Enumerable.Range(0, 8).Select(index =>
                Wins(() => stores[index % 2].Insert(new Tally { CorrelationId = id }))));
            Assert.That(won.Count(one => one), Is.EqualTo(1), $"round {round}");
        }
    }

    [Test]
    public async Task A_missing_saga_is_null() => Assert.That(await Store.Load(NewId.NextGuid()), Is.Null);

    [TestCase("00000000-0000-0000-0000-000000000000")]
    [TestCase("ffffffff-ffff-ffff-ffff-ffffffffffff")]
    public async Task Strange_ids_are_ids_like_others(string id)
    {
        await Store.Insert(new Tally { CorrelationId = Guid.Parse(id), Label = id });

        Assert.That((await Store.Load(Guid.Parse(id)))!.Label, Is.EqualTo(id));
    }

    [Test]
    public async Task Expiry_is_set_by_the_insert_and_again_by_each_update()
    {
        var store = StoreWith(TimeSpan.FromHours(1));
        var saga = new Tally { CorrelationId = NewId.NextGuid() };
        var key = $"{KeyPrefix}:{typeof(Tally).FullName}:{saga.CorrelationId:D}";

        await store.Insert(saga);
        var afterInsert = await Redis.GetDatabase().KeyTimeToLiveAsync(key);
        await Redis.GetDatabase().KeyExpireAsync(key, TimeSpan.FromMinutes(1));
        await store.Update(saga);
        var afterUpdate = await Redis.GetDatabase().KeyTimeToLiveAsync(key);

        Assert.That(afterInsert, Is.GreaterThan(TimeSpan.FromMinutes(59)));
        Assert.That(afterUpdate, Is.GreaterThan(TimeSpan.FromMinutes(59)));
    }

    private RedisSagaStore<Tally> StoreWith(TimeSpan? expiry) => new(Redis.GetDatabase(), KeyPrefix, expiry);

    private async Task<Tally> Inserted(string label)
    {
        var saga = new Tally { CorrelationId = NewId.NextGuid(), Label = label };
        await Store.Insert(saga);
        return saga;
    }

    private async Task<(Tally Mine, Tally Theirs)> ReadTwice(Tally saga)
        => ((await Store.Load(saga.CorrelationId))!, (await Store.Load(saga.CorrelationId))!);

    private static async Task<bool> Wins(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (ConcurrencyException)
        {
            return false;
        }
    }
}
