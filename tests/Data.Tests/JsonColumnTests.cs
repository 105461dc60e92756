using MultiPanel.Contracts.Admission;
using MultiPanel.Contracts.Clusters;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Data.Tests;

/// <summary>What EF takes for a change of a column that holds JSON.</summary>
public sealed class JsonColumnTests
{
    private PanelDatabase database = null!;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        database = new PanelDatabase(DatabaseUrl.Sqlite(Path.Combine(Directory.CreateTempSubdirectory().FullName, "panel.db")));
        await database.MigrateAsync();
    }

    [Test]
    public void An_equal_value_is_no_change()
    {
        using var db = database.OpenAll();
        var (job, cluster) = (Job(), Cluster());
        db.AttachRange(job, cluster);

        job.Steps = [.. job.Steps.Select(step => step with { })];
        job.Error = job.Error! with { TaskLog = [.. job.Error.TaskLog!] };
        cluster.Limits = cluster.Limits! with { Classes = cluster.Limits.Classes.ToDictionary() };
        cluster.Endpoints = [.. cluster.Endpoints];

        Assert.That(db.ChangeTracker.HasChanges(), Is.False);
    }

    [Test]
    public void Another_value_is_one_and_so_is_a_list_that_was_edited()
    {
        using var db = database.OpenAll();
        var (job, cluster) = (Job(), Cluster());
        db.AttachRange(job, cluster);

        job.Steps = [job.Steps[0] with { Percent = 5 }, .. job.Steps[1..]];
        job.Error = job.Error! with { TaskLog = ["another"] };
        cluster.Limits = null;
        cluster.Endpoints.Add("https://pve2:8006");
        db.ChangeTracker.DetectChanges();

        Assert.That(db.Entry(job).Properties.Where(p => p.IsModified).Select(p => p.Metadata.Name), Is.EquivalentTo(new[] { "Steps", "Error" }));
        Assert.That(db.Entry(cluster).Properties.Where(p => p.IsModified).Select(p => p.Metadata.Name), Is.EquivalentTo(new[] { "Limits", "Endpoints" }));
    }

    private static Cluster Cluster() => new()
    {
        Id = 1,
        Name = "east",
        Endpoints = ["https://pve1:8006"],
        Auth = ClusterAuth.Token,
        Identity = "x",
        SealedSecret = "x",
        Limits = AdmissionLimits.Default,
    };

    private static Job Job()
    {
        var job = new JobDraft { Kind = "vm.start", RequestedByName = "test", Target = new JobTarget("vm", 1, "web") }
            .Accept(DateTime.UtcNow, id => new OperateVm { JobId = id, Action = VmAction.Start });
        job.Error = new JobError { Code = "task_failed", Message = "no", TaskLog = ["a", "b"] };
        return job;
    }
}
