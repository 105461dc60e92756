using Microsoft.Extensions.Hosting;
using MultiPanel.Progress.Loops;

namespace MultiPanel.Architecture.Tests;

/// <summary>What escapes from a background service stops its host, and no background service of ours may do that.</summary>
public sealed class BackgroundServiceTests
{
    private static readonly string[] Projects = ["Api", "Gateway", "Hosting", "Progress", "Sagas", "Simulator", "Standalone", "Workers"];

    /// <summary>Each at the top of its family: what derives from one of ours is judged by that one.</summary>
    private static IEnumerable<Type> Services => Projects.SelectMany(project => Sources.Load(project).GetTypes())
        .Where(type => type.BaseType == typeof(BackgroundService) && type != typeof(RepeatingService));

    [Test]
    public void Every_background_service_is_a_repeating_service() =>
        Assert.That(Services.Select(type => type.Name), Is.Empty, "derive from RepeatingService, which no failure of a round ends");

    /// <summary>A loop that a hosted service starts itself has its own ideas of retrying, logging and stopping.</summary>
    [Test]
    public void A_hosted_service_that_repeats_nothing_is_named_here() => Assert.That(
        Projects.SelectMany(project => Sources.Load(project).GetTypes())
            .Where(type => type is { IsClass: true } && type.IsAssignableTo(typeof(IHostedService)) && !type.IsAssignableTo(typeof(BackgroundService)))
            .Select(type => type.Name),
        Is.EquivalentTo(new[] { "Announcement", "ShutdownReport" }), "derive from RepeatingService, or do one thing at the start or stop");

    [Test]
    public void The_services_are_found() => Assert.That(
        Projects.SelectMany(project => Sources.Load(project).GetTypes()).Count(type => type.IsSubclassOf(typeof(RepeatingService))), Is.GreaterThan(5));
}
