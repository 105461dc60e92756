using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.TemplateRegistration;
using MultiPanel.Contracts.Templates;

namespace MultiPanel.Api.Tests.Templates;

public sealed class TemplateTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private ApiClient root = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeAdmin);
        root = api.As(api.Seeds.Root);
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        root.Dispose();
        await api.DisposeAsync();
    }

    [TestCase("/api/templates")]
    [TestCase("/api/templates/registered")]
    public async Task A_company_sees_its_own_templates_and_the_open_ones(string path)
    {
        var shared = await api.Seeds.TemplateAsync();
        var own = await api.Seeds.TemplateAsync(api.Seeds.Acme);
        await api.Seeds.TemplateAsync(api.Seeds.Globex);

        var list = await acme.GetAsync(path);

        Assert.That(list.Data.AsArray().Select(template => (int)template!["id"]!), Is.EqualTo(new[] { own, shared }));
        Assert.That((string?)list.Data[1]!["node"], Is.EqualTo("pve1"), "though its VM is the platform's");
        Assert.That((await acme.GetAsync($"{path}?status=x")).WrongFields, Is.EqualTo(new[] { "status" }));
    }

    [Test]
    public async Task Registering_makes_a_row_a_job_and_a_message()
    {
        var answer = await root.PostAsync("/api/templates/register", $$"""{"cluster_id":{{api.Seeds.Cluster}},"vmid":9000,"name":"debian"}""");

        Assert.That(answer.Status, Is.EqualTo(202), answer.Text);
        await api.Sent.OfAsync<RegisterTemplate>(answer.JobId);
        await using var db = api.Database.OpenAll();
        var job = (await db.Jobs.FindAsync(answer.JobId))!;
        var template = (await db.Templates.FindAsync(job.TargetId))!;
        Assert.That((job.Kind, job.TargetType, job.TargetName), Is.EqualTo(("template.register", "template", "debian")));
        Assert.That((template.Status, template.Vmid, template.CompanyId), Is.EqualTo((TemplateStatus.Registering, 9000, (int?)null)));
        Assert.That(job.Steps.Select(step => step.Name), Is.EqualTo(new[] { "inspect" }));
    }

    [Test]
    public async Task A_template_is_registered_once_and_again_when_it_was_gone()
    {
        var body = $$"""{"cluster_id":{{api.Seeds.Cluster}},"vmid":9000}""";
        var first = await root.PostAsync("/api/templates/register", body);

        var second = await root.PostAsync("/api/templates/register", body);
        await using var db = api.Database.OpenAll();
        var id = (int)(await db.Jobs.FindAsync(first.JobId))!.TargetId!;
        await api.Seeds.ChangeAsync<Data.Templates.Template>(id, template => template.Status = TemplateStatus.Gone);
        var third = await root.PostAsync("/api/templates/register", body);

        Assert.That((second.Status, second.Code), Is.EqualTo((409, "already_registered")));
        Assert.That((await db.Jobs.FindAsync(third.JobId))!.TargetId, Is.EqualTo(id));
    }

    [Test]
    public async Task A_company_admin_registers_for_the_own_company_what_is_the_companys()
    {
        var own = await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Vmid, vm.Template) = (9100, true));
        await api.Seeds.VmAsync(api.Seeds.Globex, with: vm => (vm.Vmid, vm.Template) = (9200, true));

        var answer = await RegisterAsync(9100);

        Assert.That(answer.Status, Is.EqualTo(202), $"{own} {answer.Text}");
        await using var db = api.Database.OpenAll();
        Assert.That((await db.Jobs.FindAsync(answer.JobId))!.CompanyId, Is.EqualTo(api.Seeds.Acme));
        Assert.That((await RegisterAsync(9200)).Status, Is.EqualTo(404), "another company's");
        Assert.That((await RegisterAsync(9300)).Status, Is.EqualTo(404), "it is foreign on the shared cluster");
        Assert.That((await RegisterAsync(9100, $""","company_id":{api.Seeds.Globex}""")).Status, Is.EqualTo(403));
    }

    [TestCase("""{}""", "cluster_id,vmid")]
    [TestCase("""{"cluster_id":0,"vmid":99,"name":"a b"}""", "cluster_id,name,vmid")]
    public async Task What_is_wrong_is_named(string body, string fields) =>
        Assert.That((await root.PostAsync("/api/templates/register", body)).WrongFields, Is.EqualTo(fields.Split(',')));

    [Test]
    public async Task Templates_of_a_cluster_are_discovered()
    {
        await using var proxmox = await Host.Proxmox.StartAsync();
        await proxmox.ConnectAsync(api);
        var known = proxmox.Cluster.Vms.First(vm => vm.IsTemplate);
        var id = await api.Seeds.TemplateAsync(with: template => template.Vmid = known.VmId);

        var answer = await root.GetAsync($"/api/templates/discover?cluster_id={api.Seeds.Cluster}");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var found = answer.Data.AsArray().ToDictionary(template => (int)template!["vmid"]!, template => template!);
        Assert.That(found.Keys, Is.EquivalentTo(proxmox.Cluster.Vms.Where(vm => vm.IsTemplate).Select(vm => vm.VmId)));
        Assert.That((int?)found[known.VmId]["template_id"], Is.EqualTo(id));
        Assert.That(found.Values.Count(template => (bool)template["registered"]!), Is.EqualTo(1));
    }

    [TestCase("", 400)]
    [TestCase("?cluster_id=x", 400)]
    [TestCase("?cluster_id=99", 404)]
    public async Task Discovery_wants_a_cluster(string query, int status) =>
        Assert.That((await root.GetAsync("/api/templates/discover" + query)).Status, Is.EqualTo(status));

    private Task<Answer> RegisterAsync(int vmid, string more = "") =>
        acme.PostAsync("/api/templates/register", $$"""{"cluster_id":{{api.Seeds.Cluster}},"vmid":{{vmid}}{{more}}}""");
}
