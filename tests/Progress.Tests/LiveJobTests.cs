using System.Text.Json.Nodes;

namespace MultiPanel.Progress.Tests;

public sealed class LiveJobTests
{
    [Test]
    public void A_changed_step_is_folded_in_and_readers_get_all_steps()
    {
        var job = Jobs.Running(null, "task", "observe");
        var live = new LiveJob(job);

        var seen = JsonNode.Parse(live.Apply("""{"percent":40,"changed_steps":[{"name":"task","status":"running","percent":50}]}"""))!;

        Assert.That(((string?)seen["id"], (double)seen["percent"]!), Is.EqualTo((job.Id.ToString(), 40d)));
        Assert.That(seen["changed_steps"], Is.Null);
        Assert.That(Names(seen), Is.EqualTo(new[] { "task", "observe" }));
        Assert.That((string?)seen["steps"]![0]!["status"], Is.EqualTo("running"));
        Assert.That(JsonNode.DeepEquals(JsonNode.Parse(live.Whole)!["steps"], seen["steps"]), Is.True);
    }

    [Test]
    public void A_step_that_was_not_planned_is_added_at_the_end()
    {
        var live = new LiveJob(Jobs.Running(null, "task"));

        live.Apply("""{"changed_steps":[{"name":"undo","status":"running"}]}""");
        var seen = JsonNode.Parse(live.Apply("""{"changed_steps":[{"name":"undo","status":"succeeded"}]}"""))!;

        Assert.That(Names(seen), Is.EqualTo(new[] { "task", "undo" }));
        Assert.That((string?)seen["steps"]![1]!["status"], Is.EqualTo("succeeded"));
    }

    [Test]
    public void What_a_change_does_not_name_is_not_published_and_stays()
    {
        var live = new LiveJob(Jobs.Running(null, "task") with { Message = "kept" });

        var seen = JsonNode.Parse(live.Apply("""{"percent":7}"""))!.AsObject();

        Assert.That(seen.Select(field => field.Key), Is.EquivalentTo(new[] { "id", "percent" }));
        Assert.That((string?)JsonNode.Parse(live.Whole)!["message"], Is.EqualTo("kept"));
    }

    [TestCase("running", false)]
    [TestCase("cancelling", false)]
    [TestCase("succeeded", true)]
    [TestCase("failed", true)]
    [TestCase("cancelled", true)]
    public void It_is_over_with_a_final_status(string status, bool over)
    {
        var live = new LiveJob(Jobs.Running());

        live.Apply($$"""{"status":"{{status}}"}""");

        Assert.That(live.IsOver, Is.EqualTo(over));
    }

    [Test]
    public void A_whole_job_that_comes_as_an_event_replaces_the_steps()
    {
        var live = new LiveJob(Jobs.Running(null, "old"));

        var seen = JsonNode.Parse(live.Apply("""{"status":"running","steps":[{"name":"new","status":"pending","tasks":0}]}"""))!;
        live.Apply("""{"changed_steps":[{"name":"new","status":"running"}]}""");

        Assert.That(Names(seen), Is.EqualTo(new[] { "new" }));
        Assert.That((string?)JsonNode.Parse(live.Whole)!["steps"]![0]!["status"], Is.EqualTo("running"));
    }

    private static IEnumerable<string?> Names(JsonNode seen) => seen["steps"]!.AsArray().Select(step => (string?)step!["name"]);
}
