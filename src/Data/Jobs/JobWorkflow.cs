using System.Text.Json;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Data.Jobs;

/// <summary>A job's command, and what the description of its workflow says.</summary>
public static class JobWorkflow
{
    /// <returns>Null: the job was accepted by a newer version than this one.</returns>
    public static Workflow? FindWorkflow(this Job job) => WorkflowCatalog.Find(job.Workflow);

    /// <summary>It ends when its children have ended.</summary>
    public static bool HasChildren(this Job job) => job.FindWorkflow() is { HasChildren: true };

    /// <summary>Accepting it created this row, which is its target.</summary>
    public static CreatedRow Creates(this Job job) => job.FindWorkflow()?.Creates ?? CreatedRow.None;

    /// <exception cref="InvalidOperationException">The job was accepted by a newer version than this one.</exception>
    public static IJobCommand ReadCommand(this Job job) => ReadCommand(job.Workflow, job.Command);

    /// <inheritdoc cref="ReadCommand(Job)"/>
    public static IJobCommand ReadCommand(string workflow, string command) =>
        (IJobCommand)JsonSerializer.Deserialize(command, WorkflowCatalog.Of(workflow).Command, ContractJson.Options)!;
}
