using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Groups;

public sealed class GroupTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;
    private ApiClient root = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        (acme, root) = (api.As(api.Seeds.AcmeAdmin), api.As(api.Seeds.Root));
    }

    [TearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        root.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_group_is_made_filled_changed_and_deleted()
    {
        var (anna, berta) = (await UserAsync("anna"), await UserAsync("berta"));
        var made = await acme.PostAsync("/api/groups", new { name = "Sales", description = "All of sales" });
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        Assert.That(((int?)made.Data["company_id"], (int?)made.Data["members"]), Is.EqualTo(((int?)api.Seeds.Acme, (int?)0)));
        var (group, members) = (made.Location!, $"{made.Location}/members");

        Assert.That((int?)(await acme.PostAsync(members, new { user_ids = new[] { anna, anna } })).Data["members"], Is.EqualTo(1));
        Assert.That((int?)(await acme.PostAsync(members, new { user_ids = new[] { anna, berta } })).Data["members"], Is.EqualTo(2), "one who is in it already stays");
        Assert.That(await NamesAsync(members), Is.EqualTo(new[] { "berta", "anna" }));
        Assert.That((int?)(await acme.PutAsync(members, new { user_ids = new[] { berta } })).Data["members"], Is.EqualTo(1));
        Assert.That(await GroupsAsync($"?user_id={berta}"), Is.EqualTo(new[] { "Sales" }));
        Assert.That(await GroupsAsync($"?user_id={anna}"), Is.Empty);
        Assert.That((int?)(await acme.DeleteAsync($"{members}/{berta}")).Data["members"], Is.EqualTo(0));
        Assert.That((await acme.DeleteAsync($"{members}/{berta}")).Status, Is.EqualTo(404));

        var changed = await acme.PatchAsync(group, """{"name":"Sales EU","description":null}""");
        Assert.That(((string?)changed.Data["name"], (string?)changed.Data["description"]), Is.EqualTo(("Sales EU", (string?)null)));
        Assert.That((await acme.PutAsync(members, new { user_ids = new[] { anna } })).Status, Is.EqualTo(200));
        Assert.That((await acme.DeleteAsync(group)).Status, Is.EqualTo(200));
        Assert.That((await acme.GetAsync(group)).Status, Is.EqualTo(404));
        Assert.That((await acme.GetAsync($"/api/users/{anna}")).Status, Is.EqualTo(200), "its people stay");
    }

    [Test]
    public async Task A_name_is_one_groups_in_its_company_whatever_the_case()
    {
        Assert.That((await acme.PostAsync("/api/groups", new { name = "Sales" })).Status, Is.EqualTo(201));

        var second = await acme.PostAsync("/api/groups", new { name = "SALES" });

        Assert.That((second.Status, second.Code), Is.EqualTo((409, "name_taken")));
        Assert.That((await root.PostAsync("/api/groups", new { name = "Sales", company_id = api.Seeds.Globex })).Status, Is.EqualTo(201));
    }

    [Test]
    public async Task Only_people_of_its_company_can_be_in_a_group()
    {
        var group = (await acme.PostAsync("/api/groups", new { name = "Sales" })).Location!;

        foreach (var stranger in new[] { api.Seeds.GlobexAdmin, api.Seeds.Root, 4711 })
        {
            var refused = await acme.PostAsync($"{group}/members", new { user_ids = new[] { stranger } });
            Assert.That((refused.Status, refused.WrongFields), Is.EqualTo((400, new[] { "user_ids" })));
            Assert.That(refused.Text, Does.Contain($"{stranger} is none"));
        }

        Assert.That((int?)(await acme.GetAsync(group)).Data["members"], Is.EqualTo(0));
    }

    [Test]
    public async Task Who_leaves_the_company_or_is_deleted_leaves_its_groups()
    {
        var (anna, berta) = (await UserAsync("anna"), await UserAsync("berta"));
        var group = (await acme.PostAsync("/api/groups", new { name = "Sales" })).Location!;
        await acme.PutAsync($"{group}/members", new { user_ids = new[] { anna, berta } });

        Assert.That((await root.PatchAsync($"/api/users/{anna}", new { company_id = api.Seeds.Globex })).Status, Is.EqualTo(200));
        Assert.That((int?)(await acme.GetAsync(group)).Data["members"], Is.EqualTo(1));
        Assert.That((await acme.DeleteAsync($"/api/users/{berta}")).Status, Is.EqualTo(200));
        Assert.That((int?)(await acme.GetAsync(group)).Data["members"], Is.EqualTo(0));
    }

    [Test]
    public async Task A_company_that_has_groups_is_not_deleted()
    {
        var company = (await root.PostAsync("/api/companies", new { name = "Initech" })).Location!;
        var id = int.Parse(company.Split('/')[^1], null);
        var group = (await root.PostAsync("/api/groups", new { name = "Sales", company_id = id })).Location!;

        var refused = await root.DeleteAsync(company);
        Assert.That((refused.Status, refused.Code), Is.EqualTo((409, "company_in_use")));
        Assert.That(refused.Text, Does.Contain("1 group(s)"));

        await root.DeleteAsync(group);
        Assert.That((await root.DeleteAsync(company)).Status, Is.EqualTo(200));
    }

    [TestCase("""{}""", "name")]
    [TestCase("""{"name":" x"}""", "name")]
    [TestCase("""{"name":""}""", "name")]
    [TestCase("""{"name":"a\u202eb"}""", "name")]
    [TestCase("""{"name":7}""", "name")]
    [TestCase("""{"name":"x","company_id":0}""", "company_id")]
    public async Task Bad_fields_are_named(string body, string field)
    {
        var refused = await acme.PostAsync("/api/groups", body);

        Assert.That(refused.Status, Is.EqualTo(400), refused.Text);
        Assert.That(refused.WrongFields, Is.EqualTo(new[] { field }));
    }

    [Test]
    public async Task A_group_is_of_one_company_and_stays_there()
    {
        Assert.That((await root.PostAsync("/api/groups", new { name = "x" })).WrongFields, Is.EqualTo(new[] { "company_id" }), "a super admin has none");
        Assert.That((await root.PostAsync("/api/groups", new { name = "x", company_id = 4711 })).WrongFields, Is.EqualTo(new[] { "company_id" }));
        Assert.That((await acme.PostAsync("/api/groups", new { name = "x", company_id = api.Seeds.Globex })).Status, Is.EqualTo(403));
        var group = (await acme.PostAsync("/api/groups", new { name = "x" })).Location!;
        Assert.That((await root.PatchAsync(group, new { company_id = api.Seeds.Globex })).WrongFields, Is.EqualTo(new[] { "company_id" }));
    }

    private async Task<int> UserAsync(string name) => int.Parse(
        (await acme.PostAsync("/api/users", new { username = name, email = $"{name}@example.com", password = "correct horse battery", role = "user" })).Location!.Split('/')[^1], null);

    private async Task<IReadOnlyList<string>> NamesAsync(string path) => [.. (await acme.GetAsync(path)).Data.AsArray().Select(user => (string)user!["username"]!)];

    private async Task<IReadOnlyList<string>> GroupsAsync(string query) => [.. (await acme.GetAsync($"/api/groups{query}")).Data.AsArray().Select(group => (string)group!["name"]!)];
}
