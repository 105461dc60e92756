namespace MultiPanel.Contracts.Workflows;

/// <summary>Stands beside a workflow's command and describes it. <see cref="WorkflowCatalog"/> finds it by this interface.</summary>
public interface IWorkflow
{
    Workflow Description { get; }
}
