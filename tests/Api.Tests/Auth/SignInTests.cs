using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Tests.Auth;

public sealed class SignInTests
{
    /// <summary>2^4 rounds, for speed; a sign-in makes it stronger.</summary>
    private static readonly string Weak = BCrypt.Net.BCrypt.HashPassword("correct horse", 4);

    private TestApi api = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        await api.Seeds.UserAsync("anna", Role.Operator, api.Seeds.Acme, Weak);
        await api.Seeds.UserAsync("otto", Role.Operator, api.Seeds.Acme, Weak, UserStatus.Inactive);
    }

    [TearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [TestCase("anna")]
    [TestCase("anna@example.com")]
    public async Task Sign_in_works_by_user_name_and_by_email(string name)
    {
        var answer = await LoginAsync(name, "correct horse");

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((string?)answer.Data["user"]!["role"], Is.EqualTo("operator"));
        Assert.That(answer.Text, Does.Not.Contain("hash").And.Not.Contain("$2"));
        using var client = api.With((string)answer.Data["token"]!);
        var me = await client.GetAsync("/api/auth/me");
        Assert.That((string?)me.Data["username"], Is.EqualTo("anna"), me.Text);
    }

    [Test]
    public async Task Unknown_user_wrong_password_and_inactive_user_get_the_same_answer()
    {
        var answers = new[]
        {
            await LoginAsync("nobody", "correct horse"), await LoginAsync("anna", "wrong"), await LoginAsync("otto", "correct horse"),
        };

        foreach (var answer in answers)
        {
            Assert.That(answer.Status, Is.EqualTo(401));
            Assert.That((bool)answer.Json!["success"]!, Is.False);
            Assert.That((string?)answer.Json["message"], Is.EqualTo("Invalid credentials"));
        }

        Assert.That(answers.Select(answer => answer.Code).Distinct().Count(), Is.EqualTo(1));
    }

    [TestCase("$2a$")]
    [TestCase("$2b$")]
    [TestCase("$2y$")]
    public async Task Hashes_of_all_bcrypt_kinds_verify(string kind)
    {
        await api.Seeds.UserAsync("php", Role.Operator, api.Seeds.Acme, kind + Weak[4..]);

        Assert.That((await LoginAsync("php", "correct horse")).Status, Is.EqualTo(200));
        Assert.That((await LoginAsync("php", "wrong horse")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_hash_that_is_none_is_a_wrong_password()
    {
        await api.Seeds.UserAsync("broken", Role.Operator, api.Seeds.Acme, "not a hash");

        Assert.That((await LoginAsync("broken", "not a hash")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_hash_that_costs_less_or_more_than_ours_is_replaced_at_sign_in()
    {
        await api.Seeds.UserAsync("dear", Role.Operator, api.Seeds.Acme, BCrypt.Net.BCrypt.HashPassword("correct horse", TestApi.QuickCost + 1));
        foreach (var name in new[] { "anna", "dear" })
        {
            await LoginAsync(name, "correct horse");

            await using var db = api.Database.OpenAll();
            var hash = db.Users.Single(user => user.Username == name).PasswordHash;
            Assert.That(hash, Does.StartWith("$2").And.Contains($"${TestApi.QuickCost:00}$"));
            Assert.That((await LoginAsync(name, "correct horse")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task Too_many_failures_stop_that_user_and_no_other()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.That((await LoginAsync("anna", "wrong")).Status, Is.EqualTo(401));
        }

        var refused = await LoginAsync("ANNA", "correct horse");
        Assert.That(refused.Status, Is.EqualTo(429));
        Assert.That(refused.RetryAfter, Is.Not.Null);
        Assert.That((await LoginAsync("otto", "wrong")).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Another_name_of_the_user_is_no_way_around_that_and_says_nothing_of_it()
    {
        for (var i = 0; i < 10; i++)
        {
            await LoginAsync("anna", "wrong");
        }

        using var elsewhere = api.Anonymous().From("198.51.100.7");
        var guess = await LoginAsync("anna@example.com", "correct horse");

        Assert.That((guess.Status, guess.Code), Is.EqualTo((401, "invalid_credentials")), "as if the address belonged to no user");
        Assert.That((await LoginAsync(" anna ", "wrong")).Status, Is.EqualTo(429));
        Assert.That((await elsewhere.PostAsync("/api/auth/login", new { username = "anna@example.com", password = "correct horse" })).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Addresses_of_one_ipv6_network_are_one_client()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await FromAsync($"2001:db8:1:2:{i}::1", "wrong"), Is.EqualTo(401));
        }

        Assert.That(await FromAsync("2001:db8:1:2:ffff::1", "correct horse"), Is.EqualTo(429));
        Assert.That(await FromAsync("2001:db8:1:3::1", "correct horse"), Is.EqualTo(200));
        using var root = api.As(api.Seeds.Root);
        Assert.That((string?)(await root.GetAsync("/api/audit?limit=1")).Data[0]!["address"], Is.EqualTo("2001:db8:1:3::1"), "the audit log has all of it");

        async Task<int> FromAsync(string address, string password)
        {
            using var client = api.Anonymous().From(address);
            return (await client.PostAsync("/api/auth/login", new { username = "anna", password })).Status;
        }
    }

    [Test]
    public async Task Successful_sign_ins_are_not_counted()
    {
        for (var i = 0; i < 12; i++)
        {
            Assert.That((await LoginAsync("anna", "correct horse")).Status, Is.EqualTo(200));
        }
    }

    [TestCase("""{"username":"anna"}""", "password")]
    [TestCase("""{"username":"","password":""}""", "password,username")]
    [TestCase("""{"username":1,"password":["x"]}""", "password,username")]
    public async Task What_is_missing_or_wrong_is_named(string body, string fields)
    {
        using var client = api.Anonymous();
        var answer = await client.PostAsync("/api/auth/login", body);

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.WrongFields, Is.EqualTo(fields.Split(',')));
    }

    private async Task<Answer> LoginAsync(string username, string password)
    {
        using var client = api.Anonymous();
        return await client.PostAsync("/api/auth/login", System.Text.Json.JsonSerializer.Serialize(new { username, password }));
    }
}
