using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Http;
using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Http;

/// <summary>What an endpoint does not know it refuses, in the query as in the body.</summary>
public sealed class StrictRequestTests
{
    private TestApi api = null!;
    private ApiClient root = null!;
    private JsonNode document = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        root = api.As(api.Seeds.Root);
        document = (await root.GetAsync("/openapi/v1.json")).Json!;
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        await api.DisposeAsync();
    }

    [TestCase("GET /api/vms?stauts=running", "stauts", "status")]
    [TestCase("GET /api/vms?Status=running", "Status", "status")]
    [TestCase("GET /api/jobs?statsu=failed", "statsu", "status")]
    [TestCase("GET /api/companies?name=x", "name", "cursor, limit")]
    [TestCase("GET /api/audit?user=1", "user", "user_id")]
    [TestCase("DELETE /api/vms/1?force=true", "force", "this call takes no query parameters")]
    [TestCase("DELETE /api/clusters/1?forced=true", "forced", "force")]
    [TestCase("GET /api/health?x", "x", "no query parameters")]
    [TestCase("GET /api/vdi-integration/users?rolle=operator", "rolle", "role")]
    public async Task An_unknown_query_parameter_is_named_with_those_that_there_are(string request, string name, string known)
    {
        var answer = await root.SendAsync(HttpMethod.Parse(request.Split(' ')[0]), request.Split(' ')[1], null);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "validation_failed")), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(new[] { name }));
        Assert.That(answer.Text, Does.Contain("is not known here").And.Contain(known));
    }

    [TestCase("vms?node=pve1&node=pve2", "node")]
    [TestCase("vms?name=a&name=b", "name")]
    [TestCase("vms?limit=1&limit=2", "limit")]
    public async Task A_parameter_of_one_value_is_given_once(string query, string field) =>
        Assert.That((await root.GetAsync($"/api/{query}")).WrongFields, Is.EqualTo(new[] { field }));

    /// <summary>Two readings of the same handlers: the filter's, and the one that the API's description is made from.</summary>
    [Test]
    public void Every_endpoint_takes_the_parameters_that_are_described()
    {
        var endpoints = ApiEndpoints().ToList();

        Assert.That(endpoints, Has.Count.GreaterThan(60));
        foreach (var endpoint in endpoints)
        {
            Assert.That(endpoint.Metadata.GetMetadata<StrictRequest>(), Is.Not.Null, endpoint.DisplayName);
            var operation = Operation(endpoint);
            var described = (operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == "query").Select(parameter => (string)parameter!["name"]!);
            Assert.That(StrictRequest.QueryNames(endpoint), Is.EquivalentTo(described), endpoint.DisplayName);
            Assert.That(StrictRequest.TakesBody(endpoint), Is.EqualTo(operation["requestBody"] is not null), endpoint.DisplayName);
        }
    }

    [Test]
    public async Task A_body_for_an_endpoint_without_one_is_refused_whatever_it_holds()
    {
        var bare = ApiEndpoints().Where(endpoint => !StrictRequest.TakesBody(endpoint)).ToList();

        Assert.That(bare, Has.Count.GreaterThan(30));
        foreach (var endpoint in bare)
        {
            var path = endpoint.RoutePattern.RawText!.Replace("{id:int}", "1", StringComparison.Ordinal).Replace("{user:int}", "1", StringComparison.Ordinal).Replace("{id:guid}", $"{Guid.NewGuid()}", StringComparison.Ordinal).Replace("{name}", "before", StringComparison.Ordinal);
            foreach (var body in new[] { """{"force":true}""", "no json" })
            {
                var answer = await root.SendAsync(HttpMethod.Parse(Method(endpoint)), path, body);
                Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "unexpected_body")), $"{Method(endpoint)} {path}: {answer.Text}");
            }
        }
    }

    [TestCase("x", 400)]
    [TestCase("", 404)]
    public async Task A_body_in_chunks_counts_by_what_is_in_it(string body, int status)
    {
        using var client = new HttpClient { BaseAddress = new Uri(api.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/vms/999999/start") { Content = new StringContent(body) };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Jwt.Make(new { sub = api.Seeds.Root, exp = api.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds() }));

        using var answer = await client.SendAsync(request);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    [TestCase("gzip", 415)]
    [TestCase("br", 415)]
    [TestCase("bogus", 415)]
    [TestCase("gzip, identity", 415)]
    [TestCase("identity", 401)]
    public async Task A_content_encoding_is_refused_before_the_body_is_read(string encoding, int status)
    {
        using var client = new HttpClient { BaseAddress = new Uri(api.Url) };
        using var content = new StringContent("""{"username":"x","password":"y"}""", Encoding.UTF8, "application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        using var answer = await client.PostAsync("/api/auth/login", content);

        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    /// <summary>40,000 names of the caller's choice came back twice, and escaped: ten times as much as was sent.</summary>
    [Test]
    public async Task An_error_answer_does_not_grow_with_what_was_sent()
    {
        var names = string.Join(',', Enumerable.Range(0, 40_000).Select(i => $"\"{i}\":{{\"per_node\":0}}"));
        var emoji = string.Concat(Enumerable.Repeat("😀", 200_000));
        foreach (var answer in new[]
        {
            await root.PutAsync($"/api/clusters/{api.Seeds.Cluster}/admission", $$$"""{"limits":{{{{names}}}}}"""),
            await root.PostAsync("/api/auth/login", $$"""{"{{emoji}}":1}"""),
            await root.PostAsync("/api/auth/login", $$"""{{{string.Join(',', Enumerable.Range(0, 40_000).Select(i => $"\"{i}{new string('a', 9)}\":1"))}}}"""),
            await root.PostAsync("/api/vms/bulk", new { action = "stop", ids = Enumerable.Range(100_000, 1_000) }),
            await root.GetAsync($"/api/vms?{string.Join('&', Enumerable.Range(0, 500).Select(i => $"x{i}"))}"),
        })
        {
            Assert.That(answer.Status, Is.InRange(400, 404));
            Assert.That(Encoding.UTF8.GetByteCount(answer.Text), Is.LessThan(8 * 1024), answer.Text);
            Assert.That(answer.WrongFields.Count(), Is.LessThanOrEqualTo(20));
            Assert.That(answer.WrongFields.Select(field => field.Length), Is.All.LessThanOrEqualTo(61));
        }
    }

    [Test]
    public async Task It_counts_the_wrong_fields_that_it_does_not_name()
    {
        var answer = await root.PostAsync("/api/auth/login", $$"""{{{string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"a{i}\":1"))}}}""");

        Assert.That((string?)answer.Json!["message"], Does.StartWith("102 fields are wrong: ").And.EndsWith(" and 82 more."));
    }

    private IEnumerable<RouteEndpoint> ApiEndpoints() => api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal) && !endpoint.RoutePattern.RawText.StartsWith("/api/docs", StringComparison.Ordinal));

    private JsonNode Operation(RouteEndpoint endpoint) => document["paths"]!.AsObject()
        .Single(path => path.Key.TrimEnd('/') == Audit(endpoint)).Value![Method(endpoint).ToLowerInvariant()]!;

    private static string Audit(RouteEndpoint endpoint) => MultiPanel.Api.Audit.AuditActions.Route(endpoint);

    private static string Method(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Single();
}
