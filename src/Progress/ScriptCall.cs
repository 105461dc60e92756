using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using StackExchange.Redis;

namespace MultiPanel.Progress;

/// <summary>A script with its keys and arguments, ready to be sent alone or together with others.</summary>
public sealed record ScriptCall(RedisScript Script, RedisKey[] Keys, RedisValue[] Arguments)
{
    /// <summary>The text of scripts that go together, by the scripts; there are a handful of combinations.</summary>
    private static readonly ConcurrentDictionary<string, string> Combined = new();

    private static readonly RedisScript SingleCommand = new(typeof(ScriptCall), "command.lua");

    /// <summary>One command on one key.</summary>
    public static ScriptCall Command(string name, RedisKey key, params RedisValue[] arguments) => SingleCommand.With([key], [name, .. arguments]);

    public Task<RedisResult> RunAsync(IDatabaseAsync redis) => redis.ScriptEvaluateAsync(Script.Text, Keys, Arguments);

    /// <summary>
    /// Runs all calls, in order, as one script: one round trip, and no other client sees a state between them. Each call
    /// sees its own <c>KEYS</c> and <c>ARGV</c>.
    /// </summary>
    /// <returns>Each call's answer.</returns>
    public static async Task<RedisResult[]> RunTogetherAsync(IDatabaseAsync redis, params IReadOnlyList<ScriptCall> calls)
    {
        if (calls.Count == 1)
        {
            return [await calls[0].RunAsync(redis)];
        }

        var arguments = new List<RedisValue>();
        foreach (var call in calls)
        {
            arguments.Add(call.Keys.Length);
            arguments.Add(call.Arguments.Length);
        }

        arguments.AddRange(calls.SelectMany(call => call.Arguments));
        return (RedisResult[])(await redis.ScriptEvaluateAsync(Text(calls), [.. calls.SelectMany(call => call.Keys)], [.. arguments]))!;
    }

    private static string Text(IReadOnlyList<ScriptCall> calls)
    {
        var name = string.Join(' ', calls.Select(call => call.Script.Number.ToString(CultureInfo.InvariantCulture)));
        return Combined.GetOrAdd(name, _ => Combine(calls));
    }

    /// <summary>Every script becomes a function of its keys and arguments. ARGV begins with how many of each a call has.</summary>
    private static string Combine(IReadOnlyList<ScriptCall> calls)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"local key, argument = 0, {2 * calls.Count}");
        text.AppendLine("""
            local function slice(from, start, count)
                local part = {}
                for index = 1, count do part[index] = from[start + index] end
                return part
            end
            local answers = {}
            """);
        for (var index = 0; index < calls.Count; index++)
        {
            text.AppendLine("do");
            text.AppendLine("local function call(KEYS, ARGV)").AppendLine(calls[index].Script.Text).AppendLine("end");
            text.AppendLine(CultureInfo.InvariantCulture, $"local keys, arguments = tonumber(ARGV[{(2 * index) + 1}]), tonumber(ARGV[{(2 * index) + 2}])");
            text.AppendLine("local answer = call(slice(KEYS, key, keys), slice(ARGV, argument, arguments))");
            text.AppendLine(CultureInfo.InvariantCulture, $"if answer == nil then answers[{index + 1}] = false else answers[{index + 1}] = answer end");
            text.AppendLine("key, argument = key + keys, argument + arguments");
            text.AppendLine("end");
        }

        return text.AppendLine("return answers").ToString();
    }
}
