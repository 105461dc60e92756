using MultiPanel.Api.Auth;
using MultiPanel.Api.Jobs;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Workflows;

namespace MultiPanel.Api.Tests.Jobs;

public sealed class JobPermissionTests
{
    [Test]
    public void Every_kind_of_job_has_the_permission_of_its_command()
    {
        foreach (var kind in WorkflowCatalog.Kinds(_ => true))
        {
            Assert.That(Permissions.Table, Does.ContainKey(JobPermissions.Of(kind)), kind);
        }
    }

    /// <summary>An operator may cancel and retry jobs, but not register templates.</summary>
    [TestCase(RegisterTemplateWorkflow.Kind)]
    [TestCase(VerifyAgentWorkflow.Kind)]
    public async Task Who_may_not_give_a_command_may_not_cancel_it_nor_have_it_tried_again(string kind)
    {
        await using var api = await TestApi.StartAsync();
        var running = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.Kind, row.Status) = (kind, JobStatus.Running));
        var failed = await api.Seeds.JobAsync(api.Seeds.Acme, row => (row.Kind, row.Status) = (kind, JobStatus.Failed));
        using var client = api.As(api.Seeds.AcmeOperator);
        using var admin = api.As(api.Seeds.AcmeAdmin);

        var cancelled = await client.PostAsync($"/api/jobs/{running.Id}/cancel");
        var retried = await client.PostAsync($"/api/jobs/{failed.Id}/retry");
        var many = await client.PostAsync("/api/jobs/retry", new { kind });

        Assert.That((cancelled.Status, cancelled.Code), Is.EqualTo((403, "forbidden")), cancelled.Text);
        Assert.That((retried.Status, retried.Code), Is.EqualTo((403, "forbidden")), retried.Text);
        Assert.That(retried.Text, Does.Contain("templates.register"));
        Assert.That((many.Data["retried"]!.AsArray().Count, (string?)many.Data["refused"]![0]!["code"]), Is.EqualTo((0, "forbidden")), many.Text);
        Assert.That((await admin.PostAsync($"/api/jobs/{running.Id}/cancel")).Status, Is.EqualTo(202));
    }
}
