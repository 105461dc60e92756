using MassTransit;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Sagas.Workflows;

namespace MultiPanel.Sagas.Tests.Jobs;

/// <summary>What holds of every workflow, tried in each of its states.</summary>
public abstract class WorkflowSuite<TMachine, TState, TCommand, TDefinition>
    where TMachine : JobStateMachine<TState, TCommand>
    where TState : JobState
    where TCommand : class, IJobCommand
    where TDefinition : class, ISagaDefinition<TState>
{
    private WorkflowHarness<TMachine, TState, TCommand, TDefinition> workflow = null!;

    /// <summary>The states that a job passes through when all goes well, in order.</summary>
    protected abstract IReadOnlyList<Phase> Way { get; }

    /// <summary>Where a failed or cancelled job is taken back; null: nothing is undone.</summary>
    protected abstract Phase? Undo { get; }

    protected abstract TCommand Command(Guid job);

    /// <summary>What cancelling does in a state of the way.</summary>
    protected virtual (string[] Asks, string? State) Cancelled(Phase phase) => ([Undo!.Queue], Undo.State);

    private IEnumerable<Phase> Everywhere => Undo is null ? Way : Way.Append(Undo);

    [OneTimeSetUp]
    public async Task StartBus() => workflow = await WorkflowHarness<TMachine, TState, TCommand, TDefinition>.StartAsync();

    [OneTimeTearDown]
    public async Task StopBus() => await workflow.DisposeAsync();

    [Test]
    public async Task Each_step_that_succeeds_leads_to_the_next_and_the_last_ends_the_job()
    {
        var job = NewId.NextGuid();
        var asks = await workflow.DeliverAsync(Command(job));
        foreach (var phase in Way)
        {
            Assert.That(asks, Is.EqualTo(new[] { phase.Queue }));
            Assert.That(await workflow.StateAsync(job), Is.EqualTo(phase.State));
            asks = await workflow.DeliverAsync(new StepSucceeded(job, phase.Step));
        }

        Assert.That(asks, Is.Empty);
        Assert.That(await workflow.StateAsync(job), Is.Null);
    }

    [Test]
    public async Task Each_step_that_fails_is_undone_where_there_is_an_undo_and_then_the_job_ends()
    {
        foreach (var (phase, step) in Way.SelectMany(phase => phase.Steps.Select(step => (phase, step))))
        {
            var job = await ReachAsync(phase);
            var asks = await workflow.DeliverAsync(new StepFailed(job, step));
            if (Undo is not null)
            {
                Assert.That(asks, Is.EqualTo(new[] { Undo.Queue }), phase.State);
                Assert.That(await workflow.StateAsync(job), Is.EqualTo(Undo.State));
                asks = await workflow.DeliverAsync(new StepSucceeded(job, Undo.Step));
            }

            Assert.That(asks, Is.Empty, phase.State);
            Assert.That(await workflow.StateAsync(job), Is.Null, phase.State);
        }
    }

    [Test]
    public async Task An_undoing_that_fails_ends_the_job_too()
    {
        if (Undo is null)
        {
            Assert.Pass("this workflow undoes nothing");
        }

        var job = await ReachAsync(Undo!);
        var asks = await workflow.DeliverAsync(new StepFailed(job, Undo!.Step));

        Assert.That(asks, Is.Empty);
        Assert.That(await workflow.StateAsync(job), Is.Null);
    }

    [Test]
    public async Task Cancelling_is_heard_in_every_state_and_twice_is_as_good_as_once()
    {
        foreach (var phase in Way)
        {
            var job = await ReachAsync(phase);
            var (expected, state) = Cancelled(phase);
            Assert.That(await workflow.DeliverAsync(new CancelRequested(job)), Is.EqualTo(expected), phase.State);
            Assert.That(await workflow.StateAsync(job), Is.EqualTo(state), phase.State);

            await workflow.DeliverAsync(new CancelRequested(job));
            Assert.That(await workflow.StateAsync(job), Is.EqualTo(state), phase.State);
        }
    }

    [Test]
    public async Task While_it_undoes_a_cancel_asks_for_nothing_more()
    {
        if (Undo is null)
        {
            Assert.Pass("this workflow undoes nothing");
        }

        var job = await ReachAsync(Undo!);

        Assert.That(await workflow.DeliverAsync(new CancelRequested(job)), Is.Empty);
        Assert.That(await workflow.StateAsync(job), Is.EqualTo(Undo!.State));
    }

    [Test]
    public async Task The_command_delivered_again_asks_for_the_current_step_again()
    {
        foreach (var phase in Everywhere)
        {
            var job = await ReachAsync(phase);

            Assert.That(await workflow.DeliverAsync(Command(job)), Is.EqualTo(new[] { phase.Queue }), phase.State);
            Assert.That(await workflow.StateAsync(job), Is.EqualTo(phase.State));
        }
    }

    [Test]
    public async Task Outcomes_of_other_steps_change_nothing()
    {
        var strange = Everywhere.SelectMany(phase => phase.Steps).Append("no-such-step").ToList();
        foreach (var phase in Everywhere)
        {
            var job = await ReachAsync(phase);
            foreach (var step in strange.Where(step => step != phase.Step))
            {
                Assert.That(await workflow.DeliverAsync(new StepSucceeded(job, step)), Is.Empty, $"{step} in {phase.State}");
            }

            foreach (var step in strange.Except(phase.Steps))
            {
                Assert.That(await workflow.DeliverAsync(new StepFailed(job, step)), Is.Empty, $"{step} in {phase.State}");
                Assert.That(await workflow.StateAsync(job), Is.EqualTo(phase.State), $"{step} in {phase.State}");
            }
        }
    }

    [Test]
    public async Task An_outcome_delivered_twice_counts_once()
    {
        for (var i = 0; i + 1 < Way.Count; i++)
        {
            var job = await ReachAsync(Way[i]);
            await workflow.DeliverAsync(new StepSucceeded(job, Way[i].Step));

            Assert.That(await workflow.DeliverAsync(new StepSucceeded(job, Way[i].Step)), Is.Empty, Way[i].State);
            Assert.That(await workflow.StateAsync(job), Is.EqualTo(Way[i + 1].State));
        }
    }

    [Test]
    public async Task What_comes_after_the_end_wakes_nothing()
    {
        var job = await ReachAsync(Way[^1]);
        await workflow.DeliverAsync(new StepSucceeded(job, Way[^1].Step));

        IJobMessage[] late =
            [new StepSucceeded(job, Way[^1].Step), new StepFailed(job, Way[^1].Step), new CancelRequested(job), new ReleaseSaga(job)];
        foreach (var message in late)
        {
            Assert.That(await workflow.DeliverAsync(message), Is.Empty, message.ToString());
            Assert.That(await workflow.StateAsync(job), Is.Null, message.ToString());
        }
    }

    [Test]
    public async Task A_released_saga_is_gone_from_every_state()
    {
        foreach (var phase in Everywhere)
        {
            var job = await ReachAsync(phase);

            Assert.That(await workflow.DeliverAsync(new ReleaseSaga(job)), Is.Empty, phase.State);
            Assert.That(await workflow.StateAsync(job), Is.Null, phase.State);
        }
    }

    [Test]
    public async Task One_jobs_outcome_does_not_move_another()
    {
        var (mine, other) = (await ReachAsync(Way[0]), await ReachAsync(Way[0]));

        await workflow.DeliverAsync(new StepFailed(other, Way[0].Step));

        Assert.That(await workflow.StateAsync(mine), Is.EqualTo(Way[0].State));
    }

    /// <summary>A new job, taken to where it waits for that step.</summary>
    private async Task<Guid> ReachAsync(Phase wanted)
    {
        var job = NewId.NextGuid();
        await workflow.DeliverAsync(Command(job));
        foreach (var phase in Way.TakeWhile(phase => phase != wanted && wanted != Undo))
        {
            await workflow.DeliverAsync(new StepSucceeded(job, phase.Step));
        }

        if (wanted == Undo)
        {
            await workflow.DeliverAsync(new StepFailed(job, Way[0].Step));
        }

        Assert.That(await workflow.StateAsync(job), Is.EqualTo(wanted.State));
        return job;
    }
}
