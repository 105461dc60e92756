using MultiPanel.Bench.Report;
using MultiPanel.Bench.Stack;

namespace MultiPanel.Bench.Parts;

/// <summary>One row or more of the design's table of goals. Its name on the command line is that of its class.</summary>
internal abstract class Part
{
    public string Name => GetType().Name.ToLowerInvariant();

    /// <summary>Where it stands among the parts; a part that says much with little time comes early.</summary>
    public abstract int Place { get; }

    /// <summary>What is measured, and how, in a sentence or two.</summary>
    public abstract string About { get; }

    public abstract Task<IReadOnlyList<Row>> MeasureAsync(Surroundings surroundings, CancellationToken stopping);
}
