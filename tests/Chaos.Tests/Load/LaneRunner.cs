using MultiPanel.Chaos.Tests.Plan;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Chaos.Tests.Load;

/// <summary>Gives a lane's orders, one job each. Where a VM did not come about or is gone, the next order makes one instead.</summary>
public sealed class LaneRunner(Lane lane, Customer customer, ClusterGoods goods, Tally tally)
{
    private readonly List<(Guid Job, Order Order)> pending = [];
    private readonly List<Task> cancels = [];
    private int? vm;
    private int made;

    public async Task RunAsync()
    {
        foreach (var order in lane.Orders)
        {
            if (!order.AtOnce)
            {
                await SettleAsync();
            }

            await GiveAsync(order);
        }

        await SettleAsync();
    }

    /// <summary>The cancels that wait for a step of the run still, or come too late.</summary>
    public Task CancelledAsync() => Task.WhenAll(cancels);

    private async Task GiveAsync(Order order)
    {
        while (true)
        {
            var creates = vm is null || (order.Action is null && !order.OfOwn);
            var (job, refusal) = creates ? await CreateAsync(order) : await CommandAsync(order);
            if (job is { } accepted)
            {
                Follow(accepted, order);
                if (creates)
                {
                    vm = await EndAsync(accepted, order) is { Status: JobStatus.Succeeded } done ? done.Target.Id : null;
                }
                else
                {
                    pending.Add((accepted, order));
                }

                return;
            }

            // As the commands before have ended, the VM cannot do this one; a user does another.
            if (refusal.Contains(JobErrorCodes.StateNotReached, StringComparison.Ordinal))
            {
                return;
            }

            // Something of the lane's own stands in the way, or the VM is gone.
            if (creates || (pending.Count == 0 && await customer.ReadAsync<VmView>($"/api/vms/{vm}") is not null))
            {
                throw new InvalidOperationException($"{lane.Company}'s {order} of VM {vm} was refused: {refusal}");
            }

            await SettleAsync();
            vm = await customer.ReadAsync<VmView>($"/api/vms/{vm}") is null ? null : vm;
        }
    }

    private void Follow(Guid job, Order order)
    {
        if (order.CancelAfter is { } steps)
        {
            cancels.Add(CancelAsync(job, tally.Steps + steps));
        }
    }

    private async Task CancelAsync(Guid job, int step)
    {
        await tally.ReachedAsync(step);
        await customer.CancelAsync(job);
    }

    private async Task SettleAsync()
    {
        foreach (var (job, order) in pending)
        {
            await EndAsync(job, order);
        }

        pending.Clear();
    }

    private async Task<JobView> EndAsync(Guid job, Order order)
    {
        var ended = await customer.EndAsync(job);
        return ended.Status == JobStatus.Failed && order.Retry && await customer.RetryAsync(job) ? await customer.EndAsync(job) : ended;
    }

    private Task<(Guid?, string)> CreateAsync(Order order) => customer.CommandAsync(HttpMethod.Post, "/api/vms", new CreateVmRequest
    {
        TemplateId = goods.Templates[order.Template],
        Name = $"vm{lane.Number}-{++made}",
        Full = order.Full,
        Start = order.Start,
    }, $"lane {lane.Number}: {order}");

    private async Task<(Guid?, string)> CommandAsync(Order order)
    {
        var (method, path, body) = order switch
        {
            { Action: null } => (HttpMethod.Post, "/clone", new CloneVmRequest { Name = $"vm{lane.Number}-{++made}" }),
            { Action: VmAction.Delete } => (HttpMethod.Delete, "", null),
            { Action: VmAction.Reconfigure } => (HttpMethod.Patch, "", new VmChanges { Cores = order.Size }),
            { Action: VmAction.Resize } => (HttpMethod.Post, "/resize", new ResizeRequest { DiskGb = order.Size }),
            { Action: VmAction.Migrate } => (HttpMethod.Post, "/migrate", new MigrateRequest { Node = await NodeAsync(order.Node) }),
            { Action: VmAction.Snapshot } => (HttpMethod.Post, "/snapshots", new SnapshotRequest { Name = order.Snapshot! }),
            { Action: VmAction.Rollback } => (HttpMethod.Post, $"/snapshots/{order.Snapshot}/rollback", (object?)null),
            { Action: VmAction.DeleteSnapshot } => (HttpMethod.Delete, $"/snapshots/{order.Snapshot}", null),
            { Action: VmAction.Shutdown or VmAction.Reboot } => (HttpMethod.Post, $"/{Word(order)}", new ShutdownRequest { TimeoutSeconds = 20 }),
            { Action: VmAction.Suspend } => (HttpMethod.Post, "/suspend", new SuspendRequest()),
            _ => (HttpMethod.Post, $"/{Word(order)}", null),
        };
        return await customer.CommandAsync(method, $"/api/vms/{vm}{path}", body, $"lane {lane.Number}: {order} of VM {vm}");
    }

    private async Task<string> NodeAsync(int on)
    {
        var at = (await customer.ReadAsync<VmView>($"/api/vms/{vm}"))?.Node ?? goods.Nodes[0];
        return goods.Nodes[(goods.Nodes.ToList().IndexOf(at) + on) % goods.Nodes.Count];
    }

    private static string Word(Order order) => $"{order.Action}".ToLowerInvariant();
}
