using Microsoft.EntityFrameworkCore;
using MultiPanel.Contracts.Vms;
using MultiPanel.Data.Vms;

namespace MultiPanel.Data.Tests;

/// <summary>Contexts are used again and again; none of it may carry anything of one caller to the next.</summary>
public sealed class ScopeTests
{
    private const int Companies = 4, RowsEach = 3;

    private readonly DatabaseUrl url = DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db"));
    private PanelDatabase database = null!;

    [OneTimeSetUp]
    public async Task SowAsync()
    {
        database = new PanelDatabase(url);
        await database.MigrateAsync();
        await using var db = database.OpenAll();
        db.Vms.AddRange(Enumerable.Range(0, Companies * RowsEach)
            .Select(i => new Vm { ClusterId = 1, Vmid = 100 + i, Name = $"vm{i}", Status = VmStatus.Stopped, CompanyId = 1 + (i % Companies) }));
        await db.SaveChangesAsync();
    }

    /// <summary>With pools of its own.</summary>
    [SetUp]
    public void Open() => database = new PanelDatabase(url);

    [Test]
    public async Task A_context_shows_only_the_rows_of_its_own_caller()
    {
        var used = new HashSet<PanelDb>(ReferenceEqualityComparer.Instance);
        for (var round = 0; round < 20; round++)
        {
            var scope = Scope(round);
            await using var db = database.Open(scope);
            used.Add(db);
            await SeesItsOwnAsync(db, scope);
        }

        Assert.That(used, Has.Count.EqualTo(2), "one of each pool, used again");
    }

    [Test]
    public async Task Callers_at_the_same_time_do_not_see_each_others_rows()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var scope = Scope(i);
            await using var db = database.Open(scope);
            await SeesItsOwnAsync(db, scope);
            await Task.Yield();
            await SeesItsOwnAsync(db, scope);
        });
    }

    [Test]
    public async Task A_companys_context_never_becomes_one_that_sees_everything()
    {
        await using var theirs = database.Open(CallerScope.Of(1));
        await using var all = database.OpenAll();

        Assert.That(theirs, Is.InstanceOf<SqliteTenantDb>());
        Assert.That(all, Is.Not.InstanceOf<SqliteTenantDb>());
        Assert.That(theirs.Model, Is.Not.SameAs(all.Model));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task What_was_given_back_has_no_scope(bool all)
    {
        var db = database.Open(all ? CallerScope.Everything : CallerScope.Of(1));
        await db.DisposeAsync();
        Assert.That(() => db.Scope, Throws.InvalidOperationException.With.Message.Contains("open another"));

        var next = database.Open(all ? CallerScope.Everything : CallerScope.Of(1));
        next.Dispose();
        Assert.That(() => next.Scope, Throws.InvalidOperationException);
    }

    [Test]
    public async Task Neither_tracked_rows_nor_listeners_are_passed_on()
    {
        var heard = 0;
        PanelDb first;
        await using (first = database.OpenAll())
        {
            first.SavingChanges += (_, _) => heard++;
            first.SavedChanges += (_, _) => heard++;
            first.ChangeTracker.StateChanged += (_, _) => heard++;
            (await first.Vms.FirstAsync()).Name = "never saved";
        }

        await using var second = database.OpenAll();
        Assert.That(second, Is.SameAs(first));
        Assert.That(second.ChangeTracker.Entries(), Is.Empty);
        heard = 0;
        (await second.Vms.FirstAsync()).Name = "vm0";
        await second.SaveChangesAsync();
        Assert.That(heard, Is.Zero);
        Assert.That(await second.Vms.AnyAsync(vm => vm.Name == "never saved"), Is.False);
    }

    private static CallerScope Scope(int i) => (i % (Companies + 2)) switch
    {
        0 => CallerScope.Everything,
        1 => CallerScope.Of(null),
        var company => CallerScope.Of(company - 1),
    };

    private static async Task SeesItsOwnAsync(PanelDb db, CallerScope scope)
    {
        var seen = await db.Vms.AsNoTracking().Select(vm => vm.CompanyId).ToListAsync();
        if (scope.All)
        {
            Assert.That(seen, Has.Count.EqualTo(Companies * RowsEach));
        }
        else
        {
            Assert.That(seen, Is.All.EqualTo(scope.CompanyId));
            Assert.That(seen, Has.Count.EqualTo(scope.CompanyId == 0 ? 0 : RowsEach));
        }
    }
}
