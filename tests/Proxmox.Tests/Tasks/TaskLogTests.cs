using System.Globalization;
using MultiPanel.Proxmox.Tasks;
using MultiPanel.Proxmox.Tests.Stub;

namespace MultiPanel.Proxmox.Tests.Tasks;

internal sealed class TaskLogTests
{
    private static readonly Upid Task = Upid.Parse("UPID:pve1:0000044E:00064204:6B030FE4:qmclone:200:root@pam:");

    [Test]
    public async Task The_tail_of_a_long_log_is_its_last_lines()
    {
        await using var pve = new PveStub(LogOf(120));
        await using var client = pve.Client();

        var log = await client.Tasks.LogTailAsync(Task, 3);

        Assert.That(log.Total, Is.EqualTo(120));
        Assert.That(log.Lines, Is.EqualTo(new[] { "line 118", "line 119", "line 120" }));
    }

    [Test]
    public async Task A_page_of_the_log_is_asked_for_by_start_and_limit()
    {
        await using var pve = new PveStub(LogOf(120));
        await using var client = pve.Client();

        var log = await client.Tasks.LogAsync(Task, start: 50, limit: 2);

        Assert.That(log.Lines, Is.EqualTo(new[] { "line 51", "line 52" }));
    }

    [Test]
    public async Task The_line_that_stands_for_an_empty_log_is_not_one()
    {
        await using var pve = new PveStub(_ => new StubAnswer("HTTP/1.1 200 OK", """{"total":1,"data":[{"n":1,"t":"no content"}]}"""));
        await using var client = pve.Client();

        var log = await client.Tasks.LogAsync(Task);

        Assert.That(log.Total, Is.Zero);
        Assert.That(log.Lines, Is.Empty);
    }

    [Test]
    public async Task Tasks_are_listed_complete_since_a_time()
    {
        await using var pve = new PveStub(_ => StubAnswer.Data("[]"));
        await using var client = pve.Client();

        await client.Tasks.ListAsync("pve1", DateTimeOffset.FromUnixTimeSeconds(1795362788));

        Assert.That(pve.Requests[0].Query, Is.EqualTo("source=all&since=1795362788&limit=1000&start=0"));
    }

    private static Func<StubRequest, StubAnswer> LogOf(int total) => request =>
    {
        var query = request.Query.Split('&').Select(field => field.Split('=')).ToDictionary(field => field[0], field => int.Parse(field[1], CultureInfo.InvariantCulture));
        var lines = Enumerable.Range(query["start"] + 1, Math.Min(query["limit"], total - query["start"]));
        return new StubAnswer("HTTP/1.1 200 OK", $$"""{"total":{{total}},"data":[{{string.Join(',', lines.Select(n => $$"""{"n":{{n}},"t":"line {{n}}"}"""))}}]}""");
    };
}
