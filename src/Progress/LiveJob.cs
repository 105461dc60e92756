using System.Text.Json;
using System.Text.Json.Nodes;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Progress;

/// <summary>A job as a reader follows it: the whole at first, then each change folded in. Not for concurrent use.</summary>
public sealed class LiveJob
{
    private readonly JsonObject whole;

    public LiveJob(JobView job) => whole = JsonSerializer.SerializeToNode(job, ContractJson.Options)!.AsObject();

    public string Whole => whole.ToJsonString();

    public bool IsOver => JsonSerializer.Deserialize<JobStatus>(whole["status"], ContractJson.Options).IsFinal();

    /// <summary>Takes in one event and returns the changed fields as readers get them: <c>steps</c> always has all steps.</summary>
    public string Apply(string change)
    {
        var seen = new JsonObject { ["id"] = whole["id"]!.DeepClone() };
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            if (name == "changed_steps")
            {
                foreach (var step in value!.AsArray())
                {
                    Replace(step!.AsObject());
                }

                seen["steps"] = whole["steps"]!.DeepClone();
                continue;
            }

            whole[name] = value?.DeepClone();
            seen[name] = value?.DeepClone();
        }

        return seen.ToJsonString();
    }

    private void Replace(JsonObject step)
    {
        var steps = whole["steps"]!.AsArray();
        var name = (string?)step["name"];
        for (var i = 0; i < steps.Count; i++)
        {
            if ((string?)steps[i]!["name"] == name)
            {
                steps[i] = step.DeepClone();
                return;
            }
        }

        steps.Add(step.DeepClone());
    }
}
