using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Contracts.Workflows;

/// <summary>All workflows of this version, by the queue of their command.</summary>
public static class WorkflowCatalog
{
    private static readonly Dictionary<string, Workflow> ByQueue = typeof(IWorkflow).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IWorkflow)))
        .Select(type => ((IWorkflow)Activator.CreateInstance(type)!).Description)
        .ToDictionary(workflow => workflow.Queue);

    public static IReadOnlyCollection<Workflow> All => ByQueue.Values;

    /// <summary>All that jobs can be about, in alphabetical order.</summary>
    public static IReadOnlyList<string> TargetTypes { get; } = [.. ByQueue.Values.Select(workflow => workflow.TargetType).Distinct().Order(StringComparer.Ordinal)];

    /// <param name="queue">A job's <c>workflow</c>.</param>
    /// <returns>Null: the job was accepted by a newer version than this one.</returns>
    public static Workflow? Find(string queue) => ByQueue.GetValueOrDefault(queue);

    /// <param name="queue">A job's <c>workflow</c>.</param>
    /// <exception cref="InvalidOperationException">The job was accepted by a newer version than this one.</exception>
    public static Workflow Of(string queue) => Find(queue)
        ?? throw new InvalidOperationException($"There is no workflow '{queue}' in this version.");

    public static Workflow Of<TCommand>() where TCommand : class, IJobCommand => Of(JobMessages.Queue(typeof(TCommand)));

    /// <returns>The queues of all workflows that match, for queries over jobs' rows.</returns>
    public static IReadOnlyList<string> Queues(Func<Workflow, bool> matches) => [.. All.Where(matches).Select(workflow => workflow.Queue)];

    /// <returns>The names of the kinds of job that are about it, for queries over jobs' rows.</returns>
    public static IReadOnlyList<string> KindsAbout(string targetType) =>
        [.. All.Where(workflow => workflow.TargetType == targetType).SelectMany(workflow => workflow.Kinds).Select(kind => kind.Name)];

    /// <returns>The names of all kinds that match, for queries over jobs' rows.</returns>
    public static IReadOnlyList<string> Kinds(Func<WorkflowKind, bool> matches) =>
        [.. All.SelectMany(workflow => workflow.Kinds).Where(matches).Select(kind => kind.Name)];
}
