namespace MultiPanel.Contracts.Workflows;

/// <summary>One kind of a workflow's jobs.</summary>
/// <param name="Name">As a job shows it, for example <c>vm.create</c>.</param>
/// <param name="GrowsTarget">
/// The job may make its target VM larger (<see cref="IGrowsVm"/>): until it ends, quotas count the VM at the size that it will have.
/// </param>
/// <param name="SourceIsOwn">
/// The VM that is cloned must belong to the job's company. Otherwise it is a template's, which may be open to all companies.
/// </param>
public sealed record WorkflowKind(string Name, bool GrowsTarget = false, bool SourceIsOwn = false);
