using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MultiPanel.Api.Start;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Clusters;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Secrets;

namespace MultiPanel.Api.Tests.Start;

public sealed class SecretRotationTests
{
    private static readonly string OldKey = Convert.ToBase64String(new byte[32]);
    private static readonly string NewKey = Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]);

    private TestApi api = null!;

    [SetUp]
    public async Task StartAsync() => api = await TestApi.StartAsync();

    [TearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [Test]
    public async Task All_that_may_still_be_opened_is_sealed_again_once()
    {
        var waiting = await JobAsync(JobStatus.Queued);
        var failed = await JobAsync(JobStatus.Failed);
        var over = await JobAsync(JobStatus.Succeeded);
        var rotation = new SecretRotation(api.Database, Box($"{NewKey},{OldKey}"));

        Assert.That(await rotation.RunAsync(), Is.EqualTo(3));
        Assert.That(await new SecretRotation(api.Database, Box($"{NewKey},{OldKey}")).RunAsync(), Is.Zero, "again");

        await using var db = api.Database.OpenAll();
        var newAlone = Box(NewKey);
        Assert.That(newAlone.Open((await db.FindAsync<Cluster>(api.Seeds.Cluster))!.SealedSecret), Is.EqualTo("secret"));
        Assert.That(newAlone.Open(await PasswordAsync(waiting)), Is.EqualTo("geheim"));
        Assert.That(newAlone.Open(await PasswordAsync(failed)), Is.EqualTo("geheim"));
        Assert.That(newAlone.IsCurrent(await PasswordAsync(over)), Is.False, "it is never opened again");
        Assert.That(db.AuditEntries.OrderBy(entry => entry.Id).Select(entry => $"{entry.Username} {entry.Action}: {entry.TargetName}"), Is.EqualTo(new[]
        {
            "system rotate-secrets: 3 sealed with the current key, 0 not opened", "system rotate-secrets: 0 sealed with the current key, 0 not opened",
        }));
    }

    [Test]
    public async Task A_worker_that_read_the_row_before_cannot_put_the_old_secret_back()
    {
        var id = await JobAsync(JobStatus.Running);
        await using var worker = api.Database.OpenAll();
        var held = (await worker.FindAsync<Job>(id))!;
        worker.Entry(held).State = EntityState.Modified; // a worker writes all columns
        held.Revision++;

        await new SecretRotation(api.Database, Box($"{NewKey},{OldKey}")).RunAsync();

        Assert.That(async () => await worker.SaveChangesAsync(), Throws.InstanceOf<DbUpdateConcurrencyException>());
        Assert.That(Box(NewKey).Open(await PasswordAsync(id)), Is.EqualTo("geheim"));
    }

    [Test]
    public async Task What_no_key_opens_is_named_and_left_as_it_is()
    {
        var rotation = new SecretRotation(api.Database, Box(NewKey));

        Assert.That(await rotation.RunAsync(), Is.Zero);
        Assert.That(rotation.Problems, Has.One.Contains("cluster 'pve'"));
        await using var db = api.Database.OpenAll();
        Assert.That(Box(OldKey).Open((await db.FindAsync<Cluster>(api.Seeds.Cluster))!.SealedSecret), Is.EqualTo("secret"));
    }

    private async Task<Guid> JobAsync(JobStatus status)
    {
        var sealedPassword = Box(OldKey).Seal("geheim");
        var job = await api.Seeds.JobAsync(api.Seeds.Acme, job =>
        {
            job.Status = status;
            job.Workflow = JobMessages.Queue(typeof(CloneVm));
            job.Command = JsonSerializer.Serialize(
                new CloneVm { JobId = job.Id, SourceId = 1, CloudInit = new CloudInit { User = "v1", Password = sealedPassword } }, ContractJson.Options);
        });
        return job.Id;
    }

    private async Task<string> PasswordAsync(Guid id)
    {
        await using var db = api.Database.OpenAll();
        return JsonSerializer.Deserialize<CloneVm>((await db.FindAsync<Job>(id))!.Command, ContractJson.Options)!.CloudInit!.Password!;
    }

    private static SecretBox Box(string keys) => SecretBox.TryParse(keys, out var box, out var problem) ? box! : throw new InvalidOperationException(problem);
}
