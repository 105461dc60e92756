using System.Reflection;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>A Lua script that lies beside its code as an embedded <c>.lua</c> file; the file's header says what it takes and guarantees.</summary>
public sealed class RedisScript
{
    private readonly string text;

    /// <param name="owner">A type of the assembly that holds the file.</param>
    public RedisScript(Type owner, string file)
    {
        using var stream = owner.Assembly.GetManifestResourceStream(file)
            ?? throw new MissingManifestResourceException(owner.Assembly, file);
        using var reader = new StreamReader(stream);
        text = reader.ReadToEnd();
    }

    public Task<RedisResult> RunAsync(IDatabaseAsync database, RedisKey[] keys, RedisValue[] arguments) =>
        database.ScriptEvaluateAsync(text, keys, arguments);

    private sealed class MissingManifestResourceException(Assembly assembly, string file)
        : InvalidOperationException($"{assembly.GetName().Name} has no embedded file {file}.");
}
