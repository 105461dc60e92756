namespace MultiPanel.Api.Jobs.Streams;

/// <summary>Work that many want at once and that is done once for all of them.</summary>
internal sealed class SingleFlight(Func<Task> work)
{
    private readonly Lock gate = new();
    private Task? flight;

    /// <summary>Joins the work that goes on, or begins it.</summary>
    /// <exception cref="Exception">What the work threw; the next caller begins again.</exception>
    public Task RunAsync()
    {
        lock (gate)
        {
            if (flight is null or { IsCompleted: true })
            {
                flight = Task.Run(work);
            }

            return flight;
        }
    }
}
