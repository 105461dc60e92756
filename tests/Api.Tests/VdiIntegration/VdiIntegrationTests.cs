using System.Text.Json.Nodes;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Tests.VdiIntegration;

public sealed class VdiIntegrationTests
{
    private TestApi api = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        var hash = BCrypt.Net.BCrypt.HashPassword("correct horse", TestApi.QuickCost);
        await api.Seeds.UserAsync("anna", Role.Operator, api.Seeds.Acme, hash);
        await api.Seeds.UserAsync("otto", Role.Operator, api.Seeds.Acme, hash, UserStatus.Inactive);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [TestCase("anna")]
    [TestCase("anna@example.com")]
    public async Task A_sign_in_answers_token_and_user_and_nothing_else(string name)
    {
        using var anonymous = api.Anonymous();

        var login = await anonymous.PostAsync("/api/vdi-integration/auth/login", new { username = name, password = "correct horse" });

        Assert.That(login.Status, Is.EqualTo(200), login.Text);
        Assert.That(login.Json!.AsObject().Select(field => field.Key), Is.EquivalentTo(new[] { "success", "data" }));
        Assert.That(login.Data.AsObject().Select(field => field.Key), Is.EqualTo(new[] { "token", "user" }));
        using var client = api.With((string)login.Data["token"]!);
        var me = await client.GetAsync("/api/vdi-integration/auth/me");
        Assert.That(me.Data.ToJsonString(), Is.EqualTo(login.Data["user"]!.ToJsonString()));
        Assert.That(me.Data.ToJsonString(), Is.EqualTo(
            $$"""{"id":{{me.Data["id"]}},"username":"anna","email":"anna@example.com","role":"operator","company_id":{{api.Seeds.Acme}},"status":"active"}"""));
    }

    [TestCase("anna", "wrong")]
    [TestCase("anna@example.com", "wrong")]
    [TestCase("nobody", "correct horse")]
    [TestCase("otto", "correct horse")]
    public async Task Every_refusal_is_the_same_to_the_byte(string username, string password)
    {
        using var anonymous = api.Anonymous();

        var refused = await anonymous.PostAsync("/api/vdi-integration/auth/login", new { username, password });

        Assert.That((refused.Status, refused.ContentType, refused.Text), Is.EqualTo((401, "application/json", """{"success":false,"message":"Invalid credentials"}""")));
    }

    [Test]
    public async Task A_service_token_made_elsewhere_works_on_all_of_them()
    {
        var vectors = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Vectors", "jsonwebtoken.json")))!;
        using var system = api.With((string)vectors["accepted"]![0]!["token"]!);
        var vm = await api.Seeds.VmAsync(api.Seeds.Globex);
        await api.Seeds.TemplateAsync();

        foreach (var path in new[]
        {
            "auth/me", "clusters", $"clusters/{api.Seeds.Cluster}", $"vms/{vm}", $"companies/{api.Seeds.Globex}", $"users/{api.Seeds.AcmeUser}", "users", "templates",
        })
        {
            var answer = await system.GetAsync($"/api/vdi-integration/{path}");
            Assert.That(answer.Status, Is.EqualTo(200), $"{path}: {answer.Text}");
            Assert.That((bool)answer.Json!["success"]!, Is.True);
            Assert.That(answer.Text, Does.Not.Contain("hash").And.Not.Contain("secret"));
        }

        var me = await system.GetAsync("/api/vdi-integration/auth/me");
        Assert.That(me.Data.ToJsonString(), Is.EqualTo("""{"id":1,"username":"system","email":"","role":"super_admin","company_id":null,"status":"active"}"""));
    }

    [Test]
    public async Task Who_belongs_to_a_company_sees_its_own()
    {
        using var admin = api.As(api.Seeds.AcmeAdmin);
        var theirs = await api.Seeds.VmAsync(api.Seeds.Globex);

        Assert.That((await admin.GetAsync($"/api/vdi-integration/vms/{theirs}")).Status, Is.EqualTo(404));
        Assert.That((await admin.GetAsync($"/api/vdi-integration/companies/{api.Seeds.Globex}")).Status, Is.EqualTo(404));
        Assert.That((await admin.GetAsync($"/api/vdi-integration/users/{api.Seeds.GlobexAdmin}")).Status, Is.EqualTo(404));
        Assert.That((await admin.GetAsync($"/api/vdi-integration/clusters/{api.Seeds.Cluster}")).Data.ToJsonString(), Is.EqualTo($$"""{"id":{{api.Seeds.Cluster}},"name":"pve"}"""));
        Assert.That((await admin.GetAsync("/api/vdi-integration/users")).Text, Does.Not.Contain("globex"));
    }
}
