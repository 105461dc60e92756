namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>Something that must be true when all is over. To add one: a class beside the others.</summary>
public abstract class Rule
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        .. typeof(Rule).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsAssignableTo(typeof(Rule)))
            .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (Rule)Activator.CreateInstance(type)!),
    ];

    /// <returns>How it is broken, one sentence each with the job's id or the VMID.</returns>
    public abstract IEnumerable<string> Broken(Evidence evidence);

    public override string ToString() => GetType().Name;
}
