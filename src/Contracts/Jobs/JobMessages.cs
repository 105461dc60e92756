using System.Text.Json;

namespace MultiPanel.Contracts.Jobs;

/// <summary>
/// Finds messages by their name, and their queues: a message goes to the queue that bears its type's name in kebab-case.
/// There is no list to edit: every <see cref="IJobMessage"/> of this assembly counts.
/// </summary>
public static class JobMessages
{
    private static readonly Dictionary<string, Type> Types = typeof(IJobMessage).Assembly.GetTypes()
        .Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(IJobMessage)))
        .ToDictionary(Queue);

    /// <summary>For a <see cref="IJobCommand"/> also the job's <c>workflow</c>.</summary>
    public static string Queue(Type message) => JsonNamingPolicy.KebabCaseLower.ConvertName(message.Name);

    public static Uri Address(string queue) => new($"queue:{queue}");

    public static Uri Address<T>() where T : IJobMessage => Address(Queue(typeof(T)));

    /// <exception cref="InvalidOperationException">The job was accepted by a newer version than this one.</exception>
    public static Type Type(string queue) => Types.TryGetValue(queue, out var type)
        ? type
        : throw new InvalidOperationException($"There is no message '{queue}' in this version.");
}
