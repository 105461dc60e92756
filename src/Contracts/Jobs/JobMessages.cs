using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace MultiPanel.Contracts.Jobs;

/// <summary>
/// Finds messages by their name, and their queues: a message goes to the queue that bears its type's name in kebab-case.
/// There is no list to edit: every <see cref="IJobMessage"/> of this assembly counts.
/// </summary>
public static class JobMessages
{
    private static readonly ConcurrentDictionary<Type, string> Queues = new();

    private static readonly Dictionary<string, Type> Types = typeof(IJobMessage).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IJobMessage)))
        .ToDictionary(Queue);

    private static readonly ConcurrentDictionary<string, ConstructorInfo> StepCommands = new();

    /// <summary>For a <see cref="IJobCommand"/> also the job's <c>workflow</c>.</summary>
    public static string Queue(Type message) => Queues.GetOrAdd(message, type => JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name));

    /// <summary>A message that has nothing but its job, made by its queue: the command that runs a step again.</summary>
    public static IStepCommand StepCommand(string queue, Guid job) => (IStepCommand)StepCommands.GetOrAdd(queue, Constructor).Invoke([job]);

    private static ConstructorInfo Constructor(string queue) => Type(queue).GetConstructor([typeof(Guid)])
        ?? throw new InvalidOperationException($"The message '{queue}' carries more than its job.");

    public static Uri Address(string queue) => new($"queue:{queue}");

    public static Uri Address<T>() where T : IJobMessage => Address(Queue(typeof(T)));

    /// <exception cref="InvalidOperationException">The job was accepted by a newer version than this one.</exception>
    public static Type Type(string queue) => Types.TryGetValue(queue, out var type)
        ? type
        : throw new InvalidOperationException($"There is no message '{queue}' in this version.");
}
