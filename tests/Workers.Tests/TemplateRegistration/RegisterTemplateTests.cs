using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Templates;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Templates;
using MultiPanel.Hosting.Jobs;
using MultiPanel.TestKit;

namespace MultiPanel.Workers.Tests.TemplateRegistration;

/// <summary>A template is registered by its VMID, and a VMID is used again.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RegisterTemplateTests
{
    private const int Debian = 9010;

    [Test]
    public async Task Another_vm_on_the_vmid_of_a_company_s_vm_is_not_registered()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        var maker = Guid.NewGuid();
        await using (var db = site.Database.OpenAll())
        {
            await db.Vms.Where(vm => vm.Vmid == Debian && vm.ClusterId == site.Cluster.Id).ExecuteUpdateAsync(set => set
                .SetProperty(vm => vm.Name, "mine").SetProperty(vm => vm.CreatedByJob, maker).SetProperty(vm => vm.Uuid, "another"));
        }

        var ended = await site.EndedAsync(await RegisterAsync(site));

        Assert.That((ended.Status, ended.Error?.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.NotOurs)), ended.Error?.ToString());
        Assert.That(ended.Error!.Message, Does.Contain("mine").And.Not.Contain("debian12"), "which may be another company's");
        await using var after = site.Database.OpenAll();
        Assert.That((await after.Vms.SingleAsync(vm => vm.Vmid == Debian && vm.ClusterId == site.Cluster.Id)).Uuid, Is.EqualTo("another"));
        Assert.That(await after.Templates.AnyAsync(), Is.False);
    }

    [Test]
    public async Task Another_panel_s_template_is_not_registered()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await site.SetTemplateAsync(("description", $"multipanel vm=7 job={Guid.NewGuid()} panel=0123456789ab"));

        var ended = await site.EndedAsync(await RegisterAsync(site));

        Assert.That((ended.Status, ended.Error?.Code), Is.EqualTo((JobStatus.Failed, JobErrorCodes.NotOurs)), ended.Error?.ToString());
        Assert.That(ended.Error!.Message, Does.Contain("another panel"));
    }

    [Test]
    public async Task A_row_that_nobody_owns_becomes_that_of_the_template_that_is_there()
    {
        await using var site = await Site.StartAsync(new SiteOptions { Inventory = false });
        await using (var db = site.Database.OpenAll())
        {
            await db.Vms.Where(vm => vm.Vmid == Debian && vm.ClusterId == site.Cluster.Id).ExecuteUpdateAsync(set => set.SetProperty(vm => vm.Uuid, "another"));
        }

        await site.SucceededAsync(await RegisterAsync(site));
        await site.SucceededAsync(await site.CloneAsync());
    }

    private static async Task<Job> RegisterAsync(Site site)
    {
        await using var db = site.Database.OpenAll();
        var template = new Template { ClusterId = site.Cluster.Id, Vmid = Debian, Name = $"template-{Debian}", Status = TemplateStatus.Registering, CreatedAt = DateTime.UtcNow };
        db.Templates.Add(template);
        await db.SaveChangesAsync();
        var job = new JobDraft
        {
            Kind = RegisterTemplateWorkflow.Kind,
            RequestedByName = "test",
            ClusterId = site.Cluster.Id,
            Target = new JobTarget("template", template.Id, template.Name),
        }.Accept(DateTime.UtcNow, id => new RegisterTemplate { JobId = id, Vmid = Debian });
        var outbox = site.Services.GetRequiredService<CommandOutbox>();
        outbox.Plan(job);
        db.Jobs.Add(job);
        await db.SaveChangesAsync();
        outbox.Enqueue(job);
        return job;
    }
}
