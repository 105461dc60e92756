using System.Text.Json.Nodes;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Tests.Auth;

/// <summary>Tokens of jsonwebtoken and hashes of PHP, made with the real tools: <c>Vectors/</c> says which versions.</summary>
public sealed class VectorTests
{
    private TestApi api = null!;

    private static IEnumerable<TestCaseData> Accepted => Tokens("accepted");

    private static IEnumerable<TestCaseData> Refused => Tokens("refused");

    private static IEnumerable<TestCaseData> Hashes => Read("password_hash.json")["hashes"]!.AsArray()
        .Select(hash => new TestCaseData((string)hash!["password"]!, (string)hash["hash"]!).SetArgDisplayNames($"cost {hash["cost"]}"));

    [OneTimeSetUp]
    public async Task StartAsync() => api = await TestApi.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [TestCaseSource(nameof(Accepted))]
    public async Task A_token_of_jsonwebtoken_is_accepted(string token)
    {
        using var client = api.With(token);

        Assert.That((await client.GetAsync("/api/auth/me")).Status, Is.EqualTo(200));
    }

    [TestCaseSource(nameof(Refused))]
    public async Task A_token_that_is_not_to_be_believed_is_refused(string token)
    {
        using var client = api.With(token);

        Assert.That((await client.GetAsync("/api/auth/me")).Status, Is.EqualTo(401));
    }

    [TestCaseSource(nameof(Hashes))]
    public async Task A_hash_of_php_verifies(string password, string hash)
    {
        var name = $"php{Guid.NewGuid():N}";
        await api.Seeds.UserAsync(name, Role.User, api.Seeds.Acme, hash);
        using var client = api.Anonymous();

        Assert.That((await client.PostAsync("/api/auth/login", new { username = name, password })).Status, Is.EqualTo(200));
        Assert.That((await client.PostAsync("/api/auth/login", new { username = name, password = $"{password}!" })).Status, Is.EqualTo(401));
    }

    private static IEnumerable<TestCaseData> Tokens(string kind) => Read("jsonwebtoken.json")[kind]!.AsArray()
        .Select(token => new TestCaseData((string)token!["token"]!).SetArgDisplayNames((string)token["name"]!));

    private static JsonNode Read(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Vectors", file)))!;
}
