namespace MultiPanel.Contracts.Workflows;

/// <summary>Lies beside a workflow's command and describes it. <see cref="WorkflowCatalog"/> finds it by its type.</summary>
public interface IWorkflow
{
    Workflow Description { get; }
}
