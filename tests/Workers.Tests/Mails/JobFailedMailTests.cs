using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Users;
using MultiPanel.Hosting.Mails;
using MultiPanel.TestKit;
using MultiPanel.TestKit.Mails;
using MultiPanel.TestKit.Servers;

namespace MultiPanel.Workers.Tests.Mails;

[Parallelizable(ParallelScope.All)]
public sealed class JobFailedMailTests
{
    [Test]
    public async Task Who_asked_for_a_job_that_failed_learns_why_and_what_to_do()
    {
        await using var server = TestMailServer.Start();
        await using var site = await Site.StartAsync(new SiteOptions { Stores = SiteStores.Embedded(server.Settings) });
        int anna;
        await using (var db = site.Database.OpenAll())
        {
            var user = new User { Username = "anna", Email = "anna@example.com", PasswordHash = "x", Role = Role.SuperAdmin, Status = UserStatus.Active, CreatedAt = DateTime.UtcNow };
            db.Users.Add(user);
            await db.SaveChangesAsync();
            anna = user.Id;
        }

        await site.SetVmIdsAsync(5000, 5000);
        await site.MakeVmAsync("last");
        var job = await site.CloneAsync(name: "one-more", requester: anna);
        var ended = await site.EndedAsync(job);

        var mail = await server.NextAsync();
        Assert.That(mail.Message.Subject, Is.EqualTo("Failed: vm.create one-more"));
        Assert.That(mail.Text, Does.Contain(ended.Error!.Message).And.Contain($"https://panel.example.com/jobs/{job.Id}"));
    }

    [Test]
    public async Task Proxmoxs_own_words_are_in_it()
    {
        await using var room = await MailRoom.OpenAsync();
        await room.FailAsync(await room.UserAsync("anna"));

        await room.SendAsync();

        Assert.That((await room.Server.NextAsync()).Text, Does.Contain("Free some space.").And.Contain("clone failed: No space left on device"));
    }

    [Test]
    public async Task Five_minutes_lie_between_two_mails_and_the_second_has_all_that_failed_meanwhile()
    {
        await using var room = await MailRoom.OpenAsync();
        var anna = await room.UserAsync("anna");
        await room.FailAsync(anna, "web0");
        await room.SendAsync();
        for (var number = 1; number <= 25; number++)
        {
            await room.FailAsync(anna, $"web{number}");
            Assert.That(await room.SendAsync(), Is.Zero);
        }

        room.Clock.Advance(MailWriter.Distance);
        Assert.That(await room.SendAsync(), Is.EqualTo(1));

        await room.Server.NextAsync();
        var second = await room.Server.NextAsync();
        Assert.That(second.Message.Subject, Is.EqualTo("25 jobs failed"));
        Assert.That(second.Text, Does.Contain("web1\n").And.Contain("web20").And.Contain("and 5 more").And.Not.Contain("web25"));
        Assert.That(await room.WaitingAsync(), Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Hosts_keep_the_distance_together(bool onMariaDb)
    {
        await using var room = await MailRoom.OpenAsync(real: onMariaDb ? await TestServers.MySqlAsync() : null);
        var anna = await room.UserAsync("anna");
        for (var number = 0; number < 20; number++)
        {
            await room.FailAsync(anna, $"web{number}");
        }

        var hosts = new[] { room.Sender(), room.Sender(), room.Sender() };
        await Task.WhenAll(hosts.Select(host => Task.Run(() => host.SendDueAsync(default))));

        Assert.That(room.Server.Taken, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_bulk_job_says_how_many_failed_and_its_children_say_nothing()
    {
        await using var room = await MailRoom.OpenAsync();
        var anna = await room.UserAsync("anna");
        await room.FailAsync(anna, "start 3 VMs", job => (job.Error, job.Warnings) = (null, 2), JobStatus.Failed, JobStatus.Failed, JobStatus.Succeeded);

        Assert.That(await room.SendAsync(), Is.EqualTo(1));

        Assert.That((await room.Server.NextAsync()).Text, Does.Contain("2 of 3 failed").And.Contain("start 3 VMs"));
    }

    [Test]
    public async Task What_was_cancelled_or_succeeded_is_no_news()
    {
        await using var room = await MailRoom.OpenAsync();
        var anna = await room.UserAsync("anna");
        await room.FailAsync(anna, with: job => job.Error = new JobError { Code = JobErrorCodes.Cancelled, Message = "Cancelled on request." });
        await room.FailAsync(anna, with: job => (job.Error, job.Warnings) = (null, 3));
        await room.FailAsync(anna, "start 2 VMs", job => (job.Error, job.Warnings) = (null, 1), JobStatus.Succeeded, JobStatus.Cancelled);

        Assert.That(await room.SendAsync(), Is.Zero);
        Assert.That(await room.WaitingAsync(), Is.Zero);
    }

    [Test]
    public async Task Who_is_inactive_or_of_another_company_by_now_or_does_not_want_it_gets_none()
    {
        await using var room = await MailRoom.OpenAsync();
        var (acme, globex) = (await room.CompanyAsync("Acme"), await room.CompanyAsync("Globex"));
        var users = new[] { await room.UserAsync("left", acme), await room.UserAsync("moved", acme), await room.UserAsync("quiet", acme), await room.UserAsync("anna", acme) };
        foreach (var user in users)
        {
            await room.FailAsync(user);
        }

        await room.ChangeAsync(users[0], user => user.Status = UserStatus.Inactive);
        await room.ChangeAsync(users[1], user => user.CompanyId = globex);
        await room.ChangeAsync(users[2], user => user.MailFailedJobs = false);
        await room.SendAsync();

        Assert.That(room.Server.Taken.SelectMany(mail => mail.To), Is.EqualTo(new[] { "anna@example.com" }));
        Assert.That(await room.WaitingAsync(), Is.Zero);
    }

    [Test]
    public async Task A_job_that_was_tried_again_and_is_not_failed_any_more_is_no_news()
    {
        await using var room = await MailRoom.OpenAsync();
        var job = await room.FailAsync(await room.UserAsync("anna"));
        await using (var db = room.Database.OpenAll())
        {
            (await db.Jobs.FindAsync(job.Id))!.Retry(DateTime.UtcNow);
            await db.SaveChangesAsync();
        }

        Assert.That(await room.SendAsync(), Is.Zero);
    }
}
