using System.Text.Json.Nodes;

namespace MultiPanel.Bench.Stack;

/// <summary>A VM as the panel knows it (<paramref name="Id"/>) and as Proxmox does.</summary>
internal sealed record BenchVm(int Id, string Node, int VmId)
{
    public static BenchVm Of(JsonObject vm) => new(vm["id"]!.GetValue<int>(), vm["node"]!.GetValue<string>(), vm["vmid"]!.GetValue<int>());
}
