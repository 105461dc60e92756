using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Sagas.Scheduling;

namespace MultiPanel.TestKit;

/// <summary>Lets time go by for a site's workers.</summary>
public static class SitePatience
{
    /// <summary>
    /// Moves the workers' clock and has what is due by then done at once. From then on pauses of that length and less are
    /// none: advance last, or with a signal to wait for that does not depend on them.
    /// </summary>
    public static void Advance(this Site site, TimeSpan by)
    {
        site.Clock.Advance(by);
        foreach (var host in site.Workers)
        {
            host.Services.GetService<ScheduledMessageDispatcher>()?.Wake();
        }
    }
}
