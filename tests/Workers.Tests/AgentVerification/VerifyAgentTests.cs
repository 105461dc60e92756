using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;
using MultiPanel.Contracts.Workflows;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Data.Vms;
using MultiPanel.Hosting.Jobs;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.AgentVerification;

/// <summary>However a verification ends, its scratch VM is gone.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class VerifyAgentTests
{
    /// <summary>The first VMID that a site takes.</summary>
    private const int First = 1000;

    [Test]
    public async Task An_agent_that_answers_is_recorded_and_the_scratch_vm_is_gone()
    {
        await using var site = await Site.StartAsync();

        var ended = await site.SucceededAsync(await VerifyAsync(site));

        Assert.That(ended.Steps.Select(step => (step.Name, step.Status)),
            Is.EqualTo(WorkflowCatalog.Of<VerifyAgent>().Steps.Select(step => (step.Name, StepStatus.Succeeded))));
        Assert.That(ended.Steps[^1].Message, Does.Contain("debian12").And.Contain("answers"));
        await LeftNothingAsync(site, ended);
        Assert.That(site.Proxmox.Tasks.Where(task => task.Id == $"{First}").Select(task => task.Type), Is.EquivalentTo(new[] { "qmstart", "qmstop", "qmdestroy" }));
        await using var db = site.Database.OpenAll();
        Assert.That((await db.Templates.SingleAsync()).AgentEnabled, Is.True);
    }

    [Test]
    public async Task An_agent_that_stays_silent_fails_the_job_and_the_scratch_vm_is_gone()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.KeepAgentDown(First);
        var job = await VerifyAsync(site);
        await site.UntilAsync(job, row => row.Steps.Exists(step => step is { Name: VerifyAgentSteps.Agent, Status: StepStatus.Waiting }), "it waits for the agent");

        site.Advance(TimeSpan.FromMinutes(6));
        var ended = await site.EndedAsync(job);

        Assert.That((ended.Status, ended.Error!.Code, ended.Error.Step), Is.EqualTo((JobStatus.Failed, JobErrorCodes.AgentSilent, VerifyAgentSteps.Agent)));
        Assert.That(ended.Error.Undone, Is.Not.Empty);
        await LeftNothingAsync(site, ended);
    }

    [Test]
    public async Task A_template_without_an_agent_in_its_config_is_reported_before_anything_is_made()
    {
        await using var site = await Site.StartAsync();
        var template = site.Proxmox.Vms.First(vm => vm is { Name: "debian12", IsTemplate: true });
        await site.CallAsync(HttpMethod.Put, $"/nodes/{template.Node}/qemu/{template.VmId}/config", ("agent", "0"));

        var ended = await site.EndedAsync(await VerifyAsync(site));

        Assert.That((ended.Status, ended.Error!.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.AgentSilent)), ended.Error.ToString());
        Assert.That(ended.Error.Message, Does.Contain($"qm set {template.VmId} --agent 1"));
        Assert.That(site.Proxmox.Tasks, Is.Empty);
        await LeftNothingAsync(site, ended);
    }

    [Test]
    public async Task A_scratch_vm_that_is_protected_is_deleted_all_the_same()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.KeepAgentDown(First);
        var job = await VerifyAsync(site);
        await site.UntilAsync(job, row => row.Steps.Exists(step => step is { Name: VerifyAgentSteps.Agent, Status: StepStatus.Waiting }), "it waits for the agent");
        await site.CallAsync(HttpMethod.Put, $"/nodes/{site.Proxmox.Vm(First)!.Node}/qemu/{First}/config", ("protection", "1"));
        site.Proxmox.Faults.KeepAgentDown(First, down: false);
        await site.CallAsync(HttpMethod.Post, $"/nodes/{site.Proxmox.Vm(First)!.Node}/qemu/{First}/status/reset");

        await LeftNothingAsync(site, await site.SucceededAsync(job));
    }

    [TestCase(VerifyAgentSteps.Clone, "*/clone")]
    [TestCase(VerifyAgentSteps.Start, "*/status/start")]
    [TestCase(VerifyAgentSteps.Stop, "*/status/stop")]
    public async Task A_verification_cancelled_while_a_step_waits_leaves_nothing(string phase, string path)
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.Fail(503, "Service Unavailable", times: phase == VerifyAgentSteps.Stop ? 2 : null, path: path, method: "POST");
        var job = await VerifyAsync(site);
        await site.UntilAsync(job, row => row.Steps.Exists(step => step.Name == phase && step.Status == StepStatus.Waiting), $"{phase} waits");

        await site.CancelAsync(job);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled), ended.Error?.ToString());
        await LeftNothingAsync(site, ended);
    }

    [Test]
    public async Task A_verification_delivered_twice_makes_one_scratch_vm()
    {
        await using var site = await Site.StartAsync();
        var job = await VerifyAsync(site);

        await Task.WhenAll(site.RedeliverAsync(job), site.RedeliverAsync(job));
        var ended = await site.SucceededAsync(job);

        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmclone"), Is.EqualTo(1));
        Assert.That(site.Proxmox.Tasks.Count(task => task.Type == "qmdestroy"), Is.EqualTo(1));
        await LeftNothingAsync(site, ended);
    }

    [Test]
    public async Task A_scratch_vm_that_lost_its_marker_is_left_alone()
    {
        await using var site = await Site.StartAsync();
        site.Proxmox.Faults.KeepAgentDown(First);
        var job = await VerifyAsync(site);
        await site.UntilAsync(job, row => row.Steps.Exists(step => step is { Name: VerifyAgentSteps.Agent, Status: StepStatus.Waiting }), "it waits for the agent");

        await site.CallAsync(HttpMethod.Put, $"/nodes/{(await site.RowAsync(job.TargetId))!.Node}/qemu/{First}/config", ("description", "mine now"), ("name", "theirs"));
        await site.CancelAsync(job);
        var ended = await site.EndedAsync(job);

        Assert.That(ended.Status, Is.EqualTo(JobStatus.Cancelled));
        Assert.That(site.Proxmox.Vm(First), Is.Not.Null);
        Assert.That(ended.Error!.Undone!.Single(), Does.Contain("left alone").And.Not.Contain("theirs"));
    }

    /// <summary>As the API accepts it.</summary>
    private static async Task<Job> VerifyAsync(Site site)
    {
        await using var db = site.Database.OpenAll();
        var source = await db.Vms.FirstAsync(vm => vm.Name == "debian12" && vm.ClusterId == site.Cluster.Id);
        var template = new Template
        {
            ClusterId = source.ClusterId,
            Vmid = source.Vmid!.Value,
            Name = source.Name,
            SourceId = source.Id,
            Status = TemplateStatus.Ready,
            CreatedAt = DateTime.UtcNow,
        };
        var scratch = new Vm { ClusterId = source.ClusterId, Name = "verify-agent", Status = VmStatus.Provisioning, CreatedAt = DateTime.UtcNow };
        db.AddRange(template, scratch);
        await db.SaveChangesAsync();
        var job = new JobDraft
        {
            Kind = "template.verify_agent",
            RequestedByName = "test",
            ClusterId = source.ClusterId,
            Target = new JobTarget("vm", scratch.Id, scratch.Name),
        }.Accept(DateTime.UtcNow, id => new VerifyAgent { JobId = id, TemplateId = template.Id, SourceId = source.Id });
        scratch.CreatedByJob = job.Id;
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        site.Services.GetRequiredService<CommandOutbox>().Enqueue(job);
        return job;
    }

    private static async Task LeftNothingAsync(Site site, Job ended)
    {
        Assert.That(site.Proxmox.Vm(First), Is.Null);
        Assert.That(await site.RowAsync(ended.TargetId), Is.Null, "its VMID is free");
    }
}
