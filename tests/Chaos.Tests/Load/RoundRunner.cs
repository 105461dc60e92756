using MultiPanel.Chaos.Tests.Plan;
using MultiPanel.Contracts.Bulk;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Chaos.Tests.Load;

/// <summary>Gives a command for many VMs at once: those that are there when its time comes.</summary>
public sealed class RoundRunner(Round round, Customer customer, Tally tally)
{
    public async Task RunAsync()
    {
        await tally.ReachedAsync(round.At);
        while (true)
        {
            var there = await customer.ReadAsync<IReadOnlyList<VmView>>("/api/vms?limit=100") ?? [];
            int[] ids = [.. there.Where(vm => vm is { Template: false, Vmid: not null } and not { Status: VmStatus.Provisioning }).Take(round.Vms).Select(vm => vm.Id)];
            if (ids.Length == 0)
            {
                return;
            }

            var (job, refusal) = await customer.CommandAsync(
                HttpMethod.Post, "/api/vms/bulk", new BulkRequest { Action = round.Action, Ids = ids }, $"{round}");
            if (job is { } accepted)
            {
                await customer.EndAsync(accepted);
                return;
            }

            // One of them is being deleted, or was, between the look and the command.
            if (!refusal.StartsWith("404", StringComparison.Ordinal) && !refusal.StartsWith("409", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{round} was refused: {refusal}");
            }
        }
    }
}
