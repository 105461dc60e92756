using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Tenancy;

/// <summary>A shared cluster that is given to one company.</summary>
public sealed class DedicatedClusterTests
{
    private TestApi api = null!;
    private ApiClient root = null!;
    private ApiClient acme = null!;
    private ApiClient globex = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        (root, acme, globex) = (api.As(api.Seeds.Root), api.As(api.Seeds.AcmeAdmin), api.As(api.Seeds.GlobexAdmin));
    }

    [TearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        acme.Dispose();
        globex.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task Its_shared_templates_are_that_companys_alone_and_the_vms_stay_whose_they_are()
    {
        var template = await api.Seeds.TemplateAsync();
        var own = await api.Seeds.TemplateAsync(api.Seeds.Globex);
        var vm = await api.Seeds.VmAsync(api.Seeds.Globex);
        Assert.That(await TemplatesAsync(globex), Is.EquivalentTo(new[] { template, own }));

        await GiveToAcmeAsync();

        Assert.That(await TemplatesAsync(globex), Is.Empty);
        foreach (var id in new[] { template, own })
        {
            Assert.That((await globex.PostAsync("/api/vms", new { template_id = id, name = "spy" })).Status, Is.EqualTo(404));
            Assert.That((await globex.PostAsync("/api/templates/verify-agent", new { template_id = id })).Status, Is.EqualTo(404));
        }

        Assert.That((await globex.GetAsync($"/api/vms/{vm}")).Status, Is.EqualTo(200));
        Assert.That((await globex.PostAsync($"/api/vms/{vm}/stop")).Status, Is.EqualTo(202));
        Assert.That(await TemplatesAsync(acme), Is.EqualTo(new[] { template }));
        Assert.That((await acme.PostAsync("/api/vms", new { template_id = template, name = "web" })).Status, Is.EqualTo(202));
        Assert.That(await TemplatesAsync(root), Is.EquivalentTo(new[] { template, own }));
    }

    private async Task GiveToAcmeAsync() =>
        Assert.That((await root.PatchAsync($"/api/clusters/{api.Seeds.Cluster}", new { company_id = api.Seeds.Acme })).Status, Is.EqualTo(200));

    private static async Task<IReadOnlyList<int>> TemplatesAsync(ApiClient who) =>
        [.. (await who.GetAsync("/api/templates")).Data.AsArray().Select(template => (int)template!["id"]!)];
}
