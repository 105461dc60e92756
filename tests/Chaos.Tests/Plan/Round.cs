using MultiPanel.Contracts.VmOperations;

namespace MultiPanel.Chaos.Tests.Plan;

/// <summary>One command for many VMs of a company, given at that step of the run; its lanes know nothing of it.</summary>
public sealed record Round(int At, string Company, VmAction Action, int Vms);
