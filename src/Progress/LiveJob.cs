using System.Buffers;
using System.Text;
using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Progress;

/// <summary>
/// A job as readers follow it: the whole at first, then each change folded in. It is kept as UTF-8, about 1 KB a job; an
/// array that was handed out never changes. Not for concurrent use.
/// </summary>
public sealed class LiveJob
{
    public LiveJob(JobView job)
    {
        WholeUtf8 = Write(writer => JsonSerializer.Serialize(writer, job, ContractJson.Options));
        Status = job.Status;
    }

    /// <summary>The whole job as JSON.</summary>
    public byte[] WholeUtf8 { get; private set; }

    public string Whole => Encoding.UTF8.GetString(WholeUtf8);

    public JobStatus Status { get; private set; }

    public bool IsOver => Status.IsFinal();

    /// <summary>Takes in one event.</summary>
    /// <returns>The changed fields as readers get them: <c>id</c> first, and <c>steps</c> with all steps if one has changed.</returns>
    public byte[] Apply(string change)
    {
        using var before = JsonDocument.Parse(WholeUtf8);
        using var patch = JsonDocument.Parse(change);
        var (old, changed) = (before.RootElement, patch.RootElement);
        var steps = Steps(old, changed);
        if (changed.TryGetProperty("status", out var status))
        {
            Status = status.Deserialize<JobStatus>(ContractJson.Options);
        }

        var seen = Write(writer => WriteChange(writer, old, changed, steps));
        WholeUtf8 = Write(writer => WriteWhole(writer, old, changed, steps));
        return seen;
    }

    private static void WriteChange(Utf8JsonWriter writer, JsonElement old, JsonElement changed, List<JsonElement>? steps)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("id");
        old.GetProperty("id").WriteTo(writer);
        foreach (var field in changed.EnumerateObject().Where(field => field.Name is not ("id" or "steps" or "changed_steps")))
        {
            field.WriteTo(writer);
        }

        WriteSteps(writer, steps);
        writer.WriteEndObject();
    }

    private static void WriteWhole(Utf8JsonWriter writer, JsonElement old, JsonElement changed, List<JsonElement>? steps)
    {
        writer.WriteStartObject();
        foreach (var field in old.EnumerateObject().Where(field => steps is null || field.Name != "steps"))
        {
            writer.WritePropertyName(field.Name);
            (changed.TryGetProperty(field.Name, out var value) ? value : field.Value).WriteTo(writer);
        }

        foreach (var field in changed.EnumerateObject()
            .Where(field => field.Name is not ("steps" or "changed_steps") && !old.TryGetProperty(field.Name, out _)))
        {
            field.WriteTo(writer);
        }

        WriteSteps(writer, steps);
        writer.WriteEndObject();
    }

    private static void WriteSteps(Utf8JsonWriter writer, List<JsonElement>? steps)
    {
        if (steps is null)
        {
            return;
        }

        writer.WriteStartArray("steps");
        steps.ForEach(step => step.WriteTo(writer));
        writer.WriteEndArray();
    }

    /// <returns>All steps after the change; null: none of them has changed.</returns>
    private static List<JsonElement>? Steps(JsonElement old, JsonElement changed)
    {
        var replaced = changed.TryGetProperty("steps", out var all);
        var some = changed.TryGetProperty("changed_steps", out var those);
        if (!replaced && !some)
        {
            return null;
        }

        var steps = (replaced ? all : old.GetProperty("steps")).EnumerateArray().ToList();
        foreach (var step in some ? those.EnumerateArray().ToList() : [])
        {
            var name = step.GetProperty("name").GetString();
            var place = steps.FindIndex(known => known.GetProperty("name").ValueEquals(name));
            if (place < 0)
            {
                // Not planned, such as the undoing.
                steps.Add(step);
            }
            else
            {
                steps[place] = step;
            }
        }

        return steps;
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
