using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.VmOperations;
using MultiPanel.TestKit;
using MultiPanel.Workers.Steps;

namespace MultiPanel.Workers.Tests.Steps;

public sealed class ShutdownTests
{
    /// <summary>The next worker looks for as long as after any lost answer, and does not reset a VM twice.</summary>
    [Test]
    public async Task A_worker_that_stops_in_the_middle_of_a_call_notes_that_its_answer_is_lost()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var vm = await site.MakeVmAsync();
        var job = await site.OperateAsync(vm.Id, VmAction.Reset, send: false);
        var step = new HeldStep();
        using var stopping = new CancellationTokenSource();

        var run = site.Services.GetRequiredService<StepRunner>().RunAsync(new HeldSequence(step), job.Id, stopping.Token);
        await step.Acts.Task;
        await stopping.CancelAsync();
        await run;

        await using var db = site.Database.OpenAll();
        var row = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == job.Id);
        var state = row.FindStep(VmOperationSteps.Task)!;
        Assert.That((state.Status, state.Losses, row.ClaimedBy), Is.EqualTo((StepStatus.Waiting, 1, (string?)null)));
        Assert.That(state.TroubleSince, Is.Not.Null);
    }

    private sealed class HeldSequence(HeldStep step) : StepSequence(typeof(RunVmTask), [step]);

    /// <summary>Its call is answered by nothing but the end of the worker.</summary>
    private sealed class HeldStep : Step
    {
        public TaskCompletionSource Acts { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string Name => VmOperationSteps.Task;

        public override Task<StepOutcome?> LookAsync(StepContext step, CancellationToken cancellation) => Task.FromResult<StepOutcome?>(null);

        public override async Task<StepOutcome> ActAsync(StepContext step, CancellationToken cancellation)
        {
            Acts.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            return new StepOutcome.Done();
        }
    }
}
