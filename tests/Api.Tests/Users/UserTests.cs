using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Tests.Users;

public sealed class UserTests
{
    private TestApi api = null!;
    private ApiClient root = null!;
    private ApiClient admin = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        (root, admin) = (api.As(api.Seeds.Root), api.As(api.Seeds.AcmeAdmin));
    }

    [TearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        admin.Dispose();
        await api.DisposeAsync();
    }

    [Test]
    public async Task A_new_user_signs_in_until_disabled_and_is_gone_when_deleted()
    {
        var made = await admin.PostAsync("/api/users", New("berta"));
        Assert.That(made.Status, Is.EqualTo(201), made.Text);
        Assert.That(((int?)made.Data["company_id"], (string?)made.Data["role"]), Is.EqualTo((api.Seeds.Acme, "operator")));
        Assert.That(made.Text, Does.Not.Contain("hash").And.Not.Contain("battery"));
        using var anonymous = api.Anonymous();
        var login = await anonymous.PostAsync("/api/auth/login", new { username = "BERTA", password = "battery staple" });
        using var berta = api.With((string)login.Data["token"]!);
        Assert.That((await berta.GetAsync("/api/vms")).Status, Is.EqualTo(200));

        Assert.That((await admin.PatchAsync(made.Location!, new { status = "inactive" })).Status, Is.EqualTo(200));
        Assert.That((await berta.GetAsync("/api/vms")).Status, Is.EqualTo(401), "on this host at once");
        await admin.PatchAsync(made.Location!, new { status = "active" });
        Assert.That((await berta.GetAsync("/api/vms")).Status, Is.EqualTo(401), "it stays ended");

        Assert.That((await admin.DeleteAsync(made.Location!)).Status, Is.EqualTo(200));
        Assert.That((await admin.GetAsync(made.Location!)).Status, Is.EqualTo(404));
    }

    [TestCase("Acme-Admin", "new@example.com", "username")]
    [TestCase("new", "ACME-ADMIN@EXAMPLE.COM", "email")]
    [TestCase("globex-admin", "new@example.com", "username")]
    public async Task A_name_or_address_is_given_once_whatever_its_case(string username, string email, string field)
    {
        var made = await admin.PostAsync("/api/users", new { username, email, password = "battery staple", role = "user" });

        Assert.That(made.Status, Is.EqualTo(409), made.Text);
        Assert.That(made.WrongFields, Is.EqualTo(new[] { field }));
        Assert.That(made.Code, Is.EqualTo($"{field}_taken"));
    }

    [TestCase("""{}""", "email,password,role,username")]
    [TestCase("""{"username":"a@b","email":"x","password":"short","role":"god"}""", "email,password,role,username")]
    [TestCase("""{"username":"a","email":"a@b.c","password":"battery staple","role":"super_admin","company_id":1}""", "company_id")]
    [TestCase("""{"username":"a","email":"a@b.c","password":"battery staple","role":"user"}""", "company_id")]
    [TestCase("""{"username":"a","email":"a@b.c","password":"battery staple","role":"user","company_id":999}""", "company_id")]
    public async Task What_is_wrong_is_named(string body, string fields) =>
        Assert.That((await root.PostAsync("/api/users", body)).WrongFields, Is.EqualTo(fields.Split(',')));

    [Test]
    public async Task A_company_admin_manages_its_own_people_alone_and_makes_no_super_admin()
    {
        var seeds = api.Seeds;

        Assert.That((await admin.GetAsync("/api/users")).Data.AsArray().Select(user => (int?)user!["company_id"]).Distinct(), Is.EqualTo(new int?[] { seeds.Acme }));
        Assert.That((await admin.GetAsync($"/api/users/{seeds.GlobexAdmin}")).Status, Is.EqualTo(404));
        Assert.That((await admin.PatchAsync($"/api/users/{seeds.GlobexAdmin}", new { status = "inactive" })).Status, Is.EqualTo(404));
        Assert.That((await admin.DeleteAsync($"/api/users/{seeds.Root}")).Status, Is.EqualTo(404));
        Assert.That((await admin.PatchAsync($"/api/users/{seeds.AcmeUser}", new { role = "super_admin" })).Status, Is.EqualTo(403));
        Assert.That((await admin.PatchAsync($"/api/users/{seeds.AcmeUser}", new { company_id = seeds.Globex })).Status, Is.EqualTo(403));
        Assert.That((await admin.PostAsync("/api/users", New("x", company: seeds.Globex))).Status, Is.EqualTo(403));
        Assert.That((await admin.PatchAsync($"/api/users/{seeds.AcmeUser}", new { role = "operator" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_last_active_super_admin_stays_whatever_is_tried()
    {
        await api.Seeds.UserAsync("sleeper", Role.SuperAdmin, null, status: UserStatus.Inactive);
        var path = $"/api/users/{api.Seeds.Root}";

        foreach (var answer in new[]
        {
            await root.DeleteAsync(path),
            await root.PatchAsync(path, new { status = "inactive" }),
            await root.PatchAsync(path, new { role = "operator", company_id = api.Seeds.Acme }),
        })
        {
            Assert.That((answer.Status, answer.Code), Is.EqualTo((409, "last_super_admin")), answer.Text);
        }
    }

    [Test]
    public async Task Pages_follow_each_other()
    {
        var first = await admin.GetAsync("/api/users?limit=2");
        var second = await admin.GetAsync($"/api/users?limit=2&cursor={first.Json!["next_cursor"]}");

        Assert.That(first.Data.AsArray().Concat(second.Data.AsArray()).Select(user => (string?)user!["username"]),
            Is.EqualTo(new[] { "acme-user", "acme-operator", "acme-admin" }));
        Assert.That(second.Json!["next_cursor"], Is.Null);
    }

    private static object New(string name, int? company = null) =>
        new { username = name, email = $"{name}@example.com", password = "battery staple", role = "operator", company_id = company };
}
