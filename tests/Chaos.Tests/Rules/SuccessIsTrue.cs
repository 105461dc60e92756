
namespace MultiPanel.Chaos.Tests.Rules;

/// <summary>A VM that a job started ran before the job ended; what one deleted is gone; and so on.</summary>
public sealed class SuccessIsTrue : Rule
{
    private const string AlreadySo = "It was so already";

    private static readonly Dictionary<string, string[]> Tasks = new()
    {
        ["vm.start"] = ["qmstart", "qmresume"],
        ["vm.stop"] = ["qmstop"],
        ["vm.shutdown"] = ["qmshutdown"],
        ["vm.suspend"] = ["qmpause"],
        ["vm.resume"] = ["qmresume"],
        ["vm.migrate"] = ["qmigrate"],
        ["vm.delete"] = ["qmdestroy"],
    };

    public override IEnumerable<string> Broken(Evidence evidence)
    {
        foreach (var job in evidence.Records.Where(job => job.Succeeded))
        {
            if (Tasks.TryGetValue(job.Row.Kind, out var types) && job.Step.Message != AlreadySo
                && !job.Done(types).Any(task => task.EndedAt <= job.Row.FinishedAt))
            {
                yield return $"{job}: no {string.Join(" or ", types)} ended well before it did";
            }

            if (job.Row.Kind == "vm.delete" && (job.Cluster.Vm(job.Vmid!.Value) is not null || evidence.Vms.Any(vm => vm.Id == job.Row.TargetId)))
            {
                yield return $"{job}: it is still there";
            }
        }
    }
}
