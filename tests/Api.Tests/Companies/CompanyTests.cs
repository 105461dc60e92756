using MultiPanel.Api.Tests.Host;
using MultiPanel.Data.Clusters;

namespace MultiPanel.Api.Tests.Companies;

public sealed class CompanyTests
{
    private TestApi api = null!;
    private ApiClient root = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        root = api.As(api.Seeds.Root);
    }

    [TearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_company_is_made_changed_and_deleted()
    {
        var made = await root.PostAsync("/api/companies", new { name = "Initech", max_vms = 5, max_memory_mb = 4096, vmid_from = 200, vmid_to = 299 });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);

        var changed = await root.PatchAsync(made.Location!, """{"max_vms":null,"max_desktops":7}""");

        Assert.That(changed.Data["max_vms"], Is.Null);
        Assert.That(((int?)changed.Data["max_memory_mb"], (int?)changed.Data["max_desktops"], (int?)changed.Data["vmid_to"]), Is.EqualTo((4096, 7, 299)));
        Assert.That((await root.DeleteAsync(made.Location!)).Status, Is.EqualTo(200));
        Assert.That((await root.GetAsync(made.Location!)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_company_has_a_pool_of_each_cluster_until_they_are_cleared()
    {
        var path = $"/api/companies/{api.Seeds.Acme}";
        var pools = $$"""[{"cluster_id":{{api.Seeds.Cluster}},"pool":"tenants/acme"}]""";

        Assert.That((await root.PatchAsync(path, $$"""{"pools":{{pools}}}""")).Data["pools"]!.ToJsonString(), Is.EqualTo(pools));
        Assert.That((await root.PatchAsync(path, """{"max_vms":5}""")).Data["pools"]!.ToJsonString(), Is.EqualTo(pools), "absent leaves them");
        Assert.That((await root.GetAsync(path)).Data["pools"]!.ToJsonString(), Is.EqualTo(pools));
        Assert.That((await root.PatchAsync(path, """{"pools":null}""")).Data["pools"]!.ToJsonString(), Is.EqualTo("[]"));
    }

    [TestCase("""{"name":"x","pools":[{"cluster_id":99,"pool":"a"}]}""", "pools[0].cluster_id")]
    [TestCase("""{"name":"x","pools":[{"cluster_id":1,"pool":"a b"}]}""", "pools[0].pool")]
    [TestCase("""{"name":"x","pools":[{"cluster_id":1}]}""", "pools[0].pool")]
    [TestCase("""{"name":"x","pools":[{"cluster_id":1,"pool":"a"},{"cluster_id":1,"pool":"b"}]}""", "pools")]
    [TestCase("""{"name":"x","pools":["a"]}""", "pools")]
    [TestCase("""{}""", "name")]
    [TestCase("""{"name":" x "}""", "name")]
    [TestCase("""{"name":"x","max_vms":-1}""", "max_vms")]
    [TestCase("""{"name":"x","vmid_from":200}""", "vmid_to")]
    [TestCase("""{"name":"x","vmid_from":200,"vmid_to":150}""", "vmid_to")]
    [TestCase("""{"name":"x","vmid_from":200,"vmid_to":5000}""", "vmid_from")]
    public async Task What_is_wrong_is_named(string body, string field) =>
        Assert.That((await root.PostAsync("/api/companies", body)).WrongFields, Is.EqualTo(new[] { field }));

    [TestCase(200, 299, 409)]
    [TestCase(250, 260, 409)]
    [TestCase(100, 200, 409)]
    [TestCase(299, 400, 409)]
    [TestCase(100, 199, 201)]
    [TestCase(300, 399, 201)]
    public async Task Two_companies_never_have_the_same_vmids(int from, int to, int status)
    {
        var one = await root.PatchAsync($"/api/companies/{api.Seeds.Acme}", new { vmid_from = 200, vmid_to = 299 });
        Assert.That(one.Status, Is.EqualTo(200), one.Text);
        Assert.That((await root.PatchAsync($"/api/companies/{api.Seeds.Acme}", new { vmid_from = 210, vmid_to = 299 })).Status, Is.EqualTo(200), "its own is no obstacle");
        await root.PatchAsync($"/api/companies/{api.Seeds.Acme}", new { vmid_from = 200, vmid_to = 299 });

        var other = await root.PostAsync("/api/companies", new { name = "Initech", vmid_from = from, vmid_to = to });

        Assert.That((other.Status, other.Code), Is.EqualTo((status, status == 409 ? "vmid_range_taken" : null)), other.Text);
    }

    [Test]
    public async Task Of_many_who_ask_for_one_range_at_once_one_gets_it()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => root.PostAsync("/api/companies", new { name = $"Company {number}", vmid_from = 200, vmid_to = 299 })));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1), string.Join('\n', answers.Select(answer => answer.Text)));
    }

    [Test]
    public async Task A_name_is_given_once()
    {
        var again = await root.PostAsync("/api/companies", new { name = "Acme" });

        Assert.That((again.Status, again.Code), Is.EqualTo((409, "company_exists")));
        Assert.That(again.WrongFields, Is.EqualTo(new[] { "name" }));
    }

    [Test]
    public async Task One_that_still_has_something_stays_and_says_what()
    {
        await api.Seeds.VmAsync(api.Seeds.Acme);
        await api.Seeds.VmAsync(api.Seeds.Acme, "web2");
        await api.Seeds.ChangeAsync<Cluster>(api.Seeds.Cluster, cluster => cluster.CompanyId = api.Seeds.Acme);

        var refused = await root.DeleteAsync($"/api/companies/{api.Seeds.Acme}");

        Assert.That((refused.Status, refused.Code), Is.EqualTo((409, "company_in_use")));
        Assert.That((string?)refused.Json!["message"], Does.Contain("2 VM(s), 1 cluster(s), 3 user(s)"));
    }

    [Test]
    public async Task Its_people_see_it_alone_and_what_it_uses()
    {
        using var operate = api.As(api.Seeds.AcmeOperator);
        await api.Seeds.VmAsync(api.Seeds.Acme, with: vm => (vm.Cores, vm.MemoryMb, vm.DiskGb) = (2, 2048, 32.5));
        await api.Seeds.VmAsync(api.Seeds.Acme, "template", vm => (vm.Cores, vm.MemoryMb, vm.DiskGb, vm.Template) = (8, 8192, 10, true));
        await api.Seeds.VmAsync(api.Seeds.Globex, with: vm => (vm.Cores, vm.MemoryMb, vm.DiskGb) = (64, 65536, 1000));
        await root.PatchAsync($"/api/companies/{api.Seeds.Acme}", new { max_vms = 3 });

        var usage = await operate.GetAsync($"/api/companies/{api.Seeds.Acme}/usage");

        Assert.That((await operate.GetAsync("/api/companies")).Data.AsArray(), Has.Count.EqualTo(1));
        Assert.That((await operate.GetAsync($"/api/companies/{api.Seeds.Globex}/usage")).Status, Is.EqualTo(404));
        Assert.That(usage.Data.ToJsonString(), Is.EqualTo(
            """{"vms":{"used":1,"limit":3},"vcpus":{"used":2},"memory_mb":{"used":2048},"disk_gb":{"used":42.5},"desktops":{"used":0}}"""));
    }
}
