using System.Reflection;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>A Lua script beside its code as an embedded <c>.lua</c> file; the file's header says what it takes and guarantees.</summary>
public sealed class RedisScript
{
    private static int count;

    /// <param name="name">The embedded resource.</param>
    /// <param name="owner">A type of the assembly that holds the file.</param>
    /// <param name="before">A file that the script stands on; its text goes before the script's.</param>
    public RedisScript(Type owner, string name, string? before = null) => Text = before is null
        ? Read(owner.Assembly, name)
        : Read(owner.Assembly, before) + Read(owner.Assembly, name);

    public string Text { get; }

    /// <summary>Of this process: distinguishes the combinations in which scripts run together.</summary>
    internal int Number { get; } = Interlocked.Increment(ref count);

    public ScriptCall With(RedisKey[] keys, RedisValue[] arguments) => new(this, keys, arguments);

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no embedded file {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
