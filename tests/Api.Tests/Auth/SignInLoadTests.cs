using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Tests.Auth;

/// <summary>What sign-ins cost, in bcrypt's rounds and checks: clocks lie, these do not.</summary>
public sealed class SignInLoadTests
{
    private TestApi api = null!;
    private Passwords passwords = null!;

    [TearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [TestCase("/api/auth/login")]
    [TestCase("/api/vdi-integration/auth/login")]
    public async Task Every_refusal_costs_the_same(string path)
    {
        await StartAsync(Passwords.UsualCost);
        foreach (var cost in new[] { 4, 8, 10, 12 })
        {
            await api.Seeds.UserAsync($"cost{cost}", Role.Operator, api.Seeds.Acme, BCrypt.Net.BCrypt.HashPassword("correct horse", cost));
        }

        await api.Seeds.UserAsync("otto", Role.Operator, api.Seeds.Acme, passwords.Hash("correct horse"), UserStatus.Inactive);
        await api.Seeds.UserAsync("broken", Role.Operator, api.Seeds.Acme, "no hash");
        var names = new[] { "strong", "cost4", "cost8", "cost10", "cost12", "nobody", "broken", "strong@example.com", "cost10@example.com", "nobody@example.com" };
        var costs = new List<(string Name, long Rounds)>();
        foreach (var (name, password) in names.Select(name => (name, "wrong horse")).Append(("otto", "correct horse")).Append(("otto@example.com", "correct horse")))
        {
            var before = passwords.Rounds;
            using var client = api.Anonymous();
            var answer = await client.PostAsync(path, new { username = name, password });
            Assert.That(answer.Status, Is.EqualTo(401));
            costs.Add((name, passwords.Rounds - before));
        }

        Assert.That(costs.Select(cost => cost.Rounds).Distinct(), Is.EqualTo(new[] { 4096L }), string.Join(", ", costs));
    }

    [Test]
    public async Task A_thousand_wrong_sign_ins_do_not_hold_up_a_right_one_from_elsewhere()
    {
        await StartAsync(cost: 10);
        using var attacker = api.Anonymous().From("203.0.113.66");
        using var honest = api.Anonymous().From("198.51.100.7");
        var flood = Enumerable.Range(0, 1_000).Select(i => attacker.PostAsync("/api/auth/login", new { username = $"user{i}", password = "wrong horse" })).ToList();
        await Task.WhenAny(flood);
        var before = passwords.Checks;

        var right = await honest.PostAsync("/api/auth/login", new { username = "strong", password = "correct horse" });

        var between = passwords.Checks - before;
        Assert.That(right.Status, Is.EqualTo(200), right.Text);
        // Its own, the four of the other address that were let in before, and what was checked while we read the count.
        Assert.That(between, Is.LessThanOrEqualTo(1 + 4 + (2 * PasswordThreads.Count) + 2), "a queue in order of arrival would have a hundred");
        var answers = await Task.WhenAll(flood);
        Assert.That(answers.Select(answer => answer.Status).Distinct(), Is.SubsetOf(new[] { 401, 429 }));
        Assert.That(answers.Count(answer => answer.Status == 401), Is.InRange(100, 104), "as many checks as the address may fail, and what ran at once");
    }

    [Test]
    public async Task A_user_guessed_at_signs_in_from_another_address()
    {
        await StartAsync(TestApi.QuickCost);
        using var attacker = api.Anonymous().From("203.0.113.66");
        for (var i = 0; i < 12; i++)
        {
            await attacker.PostAsync("/api/auth/login", new { username = "strong", password = "wrong horse" });
        }

        using var honest = api.Anonymous().From("198.51.100.7");

        Assert.That((await attacker.PostAsync("/api/auth/login", new { username = "strong", password = "correct horse" })).Status, Is.EqualTo(429));
        Assert.That((await honest.PostAsync("/api/auth/login", new { username = "strong", password = "correct horse" })).Status, Is.EqualTo(200));
    }
    private async Task StartAsync(int cost)
    {
        api = await TestApi.StartAsync(settings: settings => settings with { PasswordCost = cost });
        passwords = api.Services.GetRequiredService<Passwords>();
        await api.Seeds.UserAsync("strong", Role.Operator, api.Seeds.Acme, passwords.Hash("correct horse"));
    }
}
