using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts;
using MultiPanel.Contracts.AgentVerification;
using MultiPanel.Contracts.Cloning;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.Templates;
using MultiPanel.Contracts.Vms;

namespace MultiPanel.Api.Tests.Templates;

public sealed class TemplateAgentTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeAdmin);
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_verification_is_a_job_with_a_scratch_vm_of_its_own()
    {
        var template = await api.Seeds.TemplateAsync();

        var answer = await VerifyAsync(template);

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        var command = await api.Sent.OfAsync<VerifyAgent>(answer.JobId);
        Assert.That(command.TemplateId, Is.EqualTo(template));
        await using var db = api.Database.OpenAll();
        var job = (await db.Jobs.FindAsync(answer.JobId))!;
        var scratch = (await db.Vms.FindAsync(job.TargetId))!;
        Assert.That((job.Kind, job.Workflow, job.TargetType, job.CompanyId), Is.EqualTo(("template.verify_agent", "verify-agent", "vm", (int?)api.Seeds.Acme)));
        Assert.That(job.Steps.Select(step => step.Name),
            Is.EqualTo(new[] { "inspect", "reserve", "clone", "configure", "start", "agent", "stop", "delete", "record" }));
        Assert.That((scratch.CreatedByJob, scratch.CompanyId, scratch.Vmid, scratch.Status),
            Is.EqualTo(((Guid?)job.Id, (int?)api.Seeds.Acme, (int?)null, VmStatus.Provisioning)));
    }

    [Test]
    public async Task It_is_the_job_of_whose_api_token_asked_for_it_and_a_services_has_no_user()
    {
        var token = (string)(await acme.PostAsync("/api/tokens", new { name = "script", scope = "command" })).Data["token"]!;
        using var script = api.With(token);
        using var service = api.With(Jwt.Make(new { sub = 99, username = "portal", role = "super_admin", exp = api.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds() }));

        foreach (var (client, owner) in new[] { (script, (int?)api.Seeds.AcmeAdmin), (service, null) })
        {
            var answer = await client.PostAsync("/api/templates/verify-agent", new { template_id = await api.Seeds.TemplateAsync() });
            Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
            await using var db = api.Database.OpenAll();
            Assert.That((await db.Jobs.FindAsync(answer.JobId))!.RequestedById, Is.EqualTo(owner));
        }
    }

    [Test]
    public async Task The_steps_that_clone_read_a_verification_as_a_linked_clone_that_is_started_and_waited_for()
    {
        var template = await api.Seeds.TemplateAsync();
        var answer = await VerifyAsync(template);
        await using var db = api.Database.OpenAll();
        var source = (await db.Templates.FindAsync(template))!.SourceId;

        var read = System.Text.Json.JsonSerializer.Deserialize<CloneVm>((await db.Jobs.FindAsync(answer.JobId))!.Command, ContractJson.Options)!;

        Assert.That((read.SourceId, read.Full, read.Start, read.WaitForAgent), Is.EqualTo((source, false, true, true)));
        Assert.That(read.Description, Does.Contain("Scratch VM"));
    }

    [Test]
    public async Task Only_a_template_that_one_may_see_and_that_is_ready_is_verified()
    {
        var others = await api.Seeds.TemplateAsync(api.Seeds.Globex);
        var gone = await api.Seeds.TemplateAsync(api.Seeds.Acme, template => template.Status = TemplateStatus.Gone);

        Assert.That((await VerifyAsync(others)).Code, Is.EqualTo("template_not_found"));
        Assert.That((await VerifyAsync(999)).Status, Is.EqualTo(404));
        Assert.That((await VerifyAsync(gone)).Code, Is.EqualTo("template_not_ready"));
        Assert.That((await acme.PostAsync("/api/templates/verify-agent", "{}")).WrongFields, Is.EqualTo(new[] { "template_id" }));
    }

    [Test]
    public async Task A_verification_cancelled_before_it_began_takes_its_scratch_vm_along()
    {
        var accepted = await VerifyAsync(await api.Seeds.TemplateAsync());

        var cancelled = await acme.PostAsync($"/api/jobs/{accepted.JobId}/cancel");

        Assert.That(cancelled.Status, Is.LessThan(300), cancelled.Text);
        await using var db = api.Database.OpenAll();
        var job = (await db.Jobs.FindAsync(accepted.JobId))!;
        Assert.That(job.Status, Is.EqualTo(JobStatus.Cancelled));
        Assert.That(await db.Vms.FindAsync(job.TargetId), Is.Null);
    }

    [Test]
    public async Task A_pool_to_assign_to_is_not_there_but_the_body_is_checked()
    {
        var template = await api.Seeds.TemplateAsync();

        var assigned = await acme.PostAsync("/api/templates/assign", $$"""{"template_id":{{template}},"pool_id":1}""");

        Assert.That((assigned.Status, assigned.Code), Is.EqualTo((404, "pool_not_found")));
        Assert.That((await acme.PostAsync("/api/templates/assign", """{"pool_id":0}""")).WrongFields, Is.EqualTo(new[] { "pool_id", "template_id" }));
    }

    private Task<Answer> VerifyAsync(int template) => acme.PostAsync("/api/templates/verify-agent", $$"""{"template_id":{{template}}}""");
}
