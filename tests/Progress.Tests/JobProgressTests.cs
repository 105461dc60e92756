using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Progress.Tests;

public sealed class JobProgressTests(RedisKind kind) : ProgressSuite(kind)
{
    [Test]
    public async Task A_whole_job_comes_back_with_all_its_fields()
    {
        var job = Everything();

        await Progress.PublishAsync(job);

        var (read, _) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That(Json(read), Is.EqualTo(Json(job)));
        var kept = (await Reader.EventsAsync(job.Id)).Single().Change;
        Assert.That(Json(JsonSerializer.Deserialize<JobView>(kept, ContractJson.Options)!), Is.EqualTo(Json(job)));
    }

    [Test]
    public async Task A_change_sets_its_fields_and_leaves_the_others()
    {
        var job = Jobs.Running(null, "task", "observe") with { Message = "before", Percent = 10 };
        await Progress.PublishAsync(job);

        var taken = await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange
        {
            Percent = 42.5,
            Steps = [new JobStep { Name = "observe", Status = StepStatus.Running, Percent = 7, Message = "looking" }],
        });

        var (read, _) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That(taken, Is.True);
        Assert.That((read.Percent, read.Message, read.Status), Is.EqualTo((42.5, "before", JobStatus.Running)));
        Assert.That(read.Steps.Select(step => (step.Name, step.Status)), Is.EqualTo(new[] { ("task", StepStatus.Pending), ("observe", StepStatus.Running) }));
    }

    [Test]
    public async Task What_was_measured_before_the_job_got_further_changes_nothing()
    {
        var job = Database.Keep(Jobs.Running(null, "task") with { Percent = 40 });
        await Progress.PublishAsync(job);

        var old = await Progress.ReportRiseAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 39.9, Message = "old" });
        var same = await Progress.ReportRiseAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 40, Message = "same" });
        var newer = await Progress.ReportRiseAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 41 });

        var (read, _) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That((old, same, newer), Is.EqualTo((false, true, true)));
        Assert.That((read.Percent, read.Message), Is.EqualTo((41d, "same")));
        Assert.That(await Reader.EventsAsync(job.Id), Has.None.Matches<(long, string Change)>(change => change.Change.Contains("old", StringComparison.Ordinal)));
    }

    [Test]
    public async Task A_rise_without_a_snapshot_loads_the_whole_job_first()
    {
        var job = Database.Keep(Jobs.Running(null, "task") with { Percent = 40 });

        Assert.That(await Progress.ReportRiseAsync(new JobRef(job.Id, null, 1), new JobChange { Percent = 50 }), Is.True);

        Assert.That((await Reader.SnapshotAsync(job.Id))!.Value.Job.Percent, Is.EqualTo(50));
    }

    [Test]
    public async Task A_change_without_a_snapshot_loads_the_whole_job_first()
    {
        var job = Database.Keep(Jobs.Running(3, "task") with { Message = "from the database" });

        Assert.That(await Progress.ReportAsync(new JobRef(job.Id, 3, 1), new JobChange { Percent = 5 }), Is.True);

        var (read, _) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That((read.Message, read.Percent, Database.Loads), Is.EqualTo(("from the database", 5d, 1)));
        Assert.That(await Reader.EventsAsync(job.Id), Has.Count.EqualTo(2), "the whole, then the change");
    }

    [Test]
    public async Task A_change_of_an_unknown_job_or_that_is_over_is_refused()
    {
        var over = Database.Keep(Jobs.Running() with { Status = JobStatus.Failed });

        Assert.That(await Progress.ReportAsync(new JobRef(Guid.CreateVersion7(), null, 1), new JobChange { Percent = 5 }), Is.False);
        Assert.That(await Progress.ReportAsync(new JobRef(over.Id, null, 1), new JobChange { Percent = 5 }), Is.False);
        Assert.That(await Reader.SnapshotAsync(over.Id), Is.Null);
    }

    [TestCase(JobStatus.Succeeded)]
    [TestCase(JobStatus.Failed)]
    [TestCase(JobStatus.Cancelled)]
    public async Task A_final_status_stays(JobStatus final)
    {
        var job = Jobs.Running();
        await Progress.PublishAsync(job);
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Status = final, Percent = 100 });
        var events = await Reader.EventsAsync(job.Id);

        Assert.That(await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Status = JobStatus.Running, Percent = 1 }), Is.False);
        await Progress.PublishAsync(job);

        var (read, _) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That((read.Status, read.Percent), Is.EqualTo((final, 100d)));
        Assert.That(await Reader.EventsAsync(job.Id), Is.EqualTo(events));
    }

    [Test]
    public async Task A_job_that_is_over_leaves_redis_after_a_day_unless_it_is_reopened()
    {
        var job = Jobs.Running();
        await Progress.PublishAsync(job with { Status = JobStatus.Failed });
        var before = (await Reader.SnapshotAsync(job.Id))!.Value.Number;
        foreach (var key in new[] { ProgressKeys.Snapshot(job.Id), ProgressKeys.Events(job.Id) })
        {
            Assert.That(await Redis.GetDatabase().KeyTimeToLiveAsync(key), Is.InRange(TimeSpan.FromHours(23), TimeSpan.FromHours(24)));
        }

        await Progress.PublishNewAsync(job with { Attempt = 2 });

        var (read, number) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That((read.Status, read.Attempt), Is.EqualTo((JobStatus.Running, 2)));
        Assert.That(number, Is.GreaterThan(before));
        Assert.That(await Redis.GetDatabase().KeyTimeToLiveAsync(ProgressKeys.Snapshot(job.Id)), Is.Null);
        Assert.That(await Redis.GetDatabase().KeyTimeToLiveAsync(ProgressKeys.Events(job.Id)), Is.Null);
    }

    [Test]
    public async Task A_whole_job_replaces_what_stood_there()
    {
        var job = Jobs.Running(null, "a", "b") with { Message = "old" };
        await Progress.PublishAsync(job);

        await Progress.PublishAsync(job with { Message = null, Steps = [new JobStep { Name = "c" }] });

        var (read, _) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That((read.Message, read.Steps.Single().Name), Is.EqualTo(((string?)null, "c")));
    }

    [Test]
    public async Task Steps_that_were_not_planned_come_last()
    {
        var job = Jobs.Running(null, "zebra", "middle", "aardvark");
        await Progress.PublishAsync(job);

        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Steps = [new JobStep { Name = JobStep.Undo, Status = StepStatus.Running }] });
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Steps = [new JobStep { Name = "aardvark", Status = StepStatus.Running }] });

        Assert.That((await Reader.SnapshotAsync(job.Id))!.Value.Job.Steps.Select(step => step.Name), Is.EqualTo(new[] { "zebra", "middle", "aardvark", "undo" }));
    }

    [TestCase("it said \"no\", then 'yes', then \\ and / and {\"a\":[1,null]}")]
    [TestCase("line one\nline two\r\n\ttabbed\u0000\u0001\u001f")]
    [TestCase("  leading, trailing and  double spaces  ")]
    [TestCase("ümläut 中文 русский 😀 \u2028 e\u0301 </script>")]
    [TestCase("') redis.call('FLUSHALL') -- %s %d $1 :*? ${x}")]
    public async Task Hostile_text_comes_back_unchanged(string text)
    {
        await RoundTripAsync(text);
    }

    [Test]
    public Task A_hundred_kilobytes_come_back_unchanged() =>
        RoundTripAsync(string.Concat(Enumerable.Range(0, 10_000).Select(number => $"lïne {number}\n")));

    [Test]
    public async Task Many_snapshots_are_read_at_once_and_unknown_jobs_are_left_out()
    {
        var jobs = Enumerable.Range(0, 20).Select(number => Jobs.Running() with { Percent = number }).ToList();
        await Task.WhenAll(jobs.Select(Progress.PublishAsync));

        var read = await Reader.SnapshotsAsync(jobs.Select(job => job.Id).Append(Guid.CreateVersion7()));

        Assert.That(read.Keys, Is.EquivalentTo(jobs.Select(job => job.Id)));
        Assert.That(jobs, Is.All.Matches<JobView>(job => read[job.Id].Job.Percent.Equals(job.Percent)));
    }

    private async Task RoundTripAsync(string text)
    {
        var job = Jobs.Running(null, "task");
        await Progress.PublishAsync(job with { Message = text });
        Assert.That((await Reader.SnapshotAsync(job.Id))!.Value.Job.Message, Is.EqualTo(text));

        var error = new JobError { Code = JobErrorCodes.TaskFailed, Message = text, Detail = text, TaskLog = [text, text] };
        await Progress.ReportAsync(new JobRef(job.Id, null, 1), new JobChange { Error = error, Message = "short", Steps = [new JobStep { Name = "task", Message = text }] });

        var (read, _) = (await Reader.SnapshotAsync(job.Id))!.Value;
        Assert.That((read.Error!.Message, read.Error.Detail, read.Steps[0].Message), Is.EqualTo((text, text, text)));
        Assert.That(read.Error.TaskLog, Is.EqualTo(new[] { text, text }));
        var change = JsonSerializer.Deserialize<JobChange>((await Reader.EventsAsync(job.Id))[^1].Change, ContractJson.Options)!;
        Assert.That(change.Error!.Detail, Is.EqualTo(text));
    }

    private static string Json(JobView job) => JsonSerializer.Serialize(job, ContractJson.Options);

    private static JobView Everything()
    {
        var time = new DateTime(2026, 3, 4, 5, 6, 7, 890, DateTimeKind.Utc);
        return new JobView
        {
            Id = Guid.CreateVersion7(),
            Kind = "vm.create",
            Status = JobStatus.Cancelling,
            Percent = 12.5,
            Message = "Waiting",
            CompanyId = 4,
            RequestedBy = new JobRequester(5, "ann"),
            ClusterId = 6,
            Target = new JobTarget("vm", 7, "web1"),
            Steps =
            [
                new JobStep
                {
                    Name = "clone",
                    Status = StepStatus.Uncertain,
                    Percent = 3,
                    Upid = "UPID:pve1:0000AAAA:00000001:66666666:qmclone:100:root@pam!t:",
                    Node = "pve1",
                    Worker = "w1",
                    Tasks = 2,
                    StartedAt = time,
                    FinishedAt = time.AddSeconds(1),
                    Message = "m",
                },
                new JobStep { Name = "configure" },
            ],
            Error = new JobError { Code = "c", Message = "m", Detail = "d", TaskLog = ["l1", "l2"], Step = "clone", Undone = ["u"] },
            Warnings = 2,
            Priority = JobPriority.Background,
            QueuePosition = 3,
            EtaSeconds = 4.5,
            ParentId = Guid.CreateVersion7(),
            Children = new JobChildren(5, 1, 2, 1, 1),
            Attempt = 3,
            Cancellable = true,
            Retryable = true,
            CreatedAt = time,
            StartedAt = time.AddSeconds(1),
            FinishedAt = time.AddSeconds(2),
        };
    }
}
