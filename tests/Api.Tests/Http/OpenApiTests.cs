using System.Text.Json.Nodes;
using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Http;

public sealed class OpenApiTests
{
    private TestApi api = null!;
    private JsonNode document = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        using var client = api.Anonymous();
        document = (await client.GetAsync("/openapi/v1.json")).Json!;
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [Test]
    public void Every_endpoint_has_a_summary_and_shows_its_errors()
    {
        var operations = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Name: $"{operation.Key} {path.Key}", Operation: operation.Value!))).ToList();

        Assert.That(operations, Has.Count.GreaterThan(43));
        foreach (var (name, operation) in operations)
        {
            Assert.That((string?)operation["summary"], Is.Not.Null.And.Not.Empty, name);
            Assert.That(operation["responses"]!["503"]!["content"]!["application/problem+json"], Is.Not.Null, name);
        }
    }

    [Test]
    public void Bodies_are_described_in_snake_case_and_commands_answer_202()
    {
        var create = document["paths"]!["/api/vms"]!["post"]!;

        Assert.That(create["requestBody"]!["content"]!["application/json"]!["schema"]!.ToJsonString(), Does.Contain("CreateVmRequest"));
        Assert.That(document["components"]!["schemas"]!["CreateVmRequest"]!["properties"]!.AsObject().ContainsKey("template_id"), Is.True);
        Assert.That(create["responses"]!.AsObject().ContainsKey("202"), Is.True);
        Assert.That(create["security"]!.AsArray(), Is.Not.Empty);
        Assert.That((bool?)document["components"]!["schemas"]!["CreateVmRequest"]!["additionalProperties"], Is.False, "unknown fields are refused");
        Assert.That((string?)document["components"]!["securitySchemes"]!["bearer"]!["scheme"], Is.EqualTo("bearer"));
        Assert.That(document["paths"]!["/api/auth/login"]!["post"]!["security"], Is.Null);
    }

    [Test]
    public void Whatever_answers_with_a_job_to_follow_takes_an_idempotency_key()
    {
        var commands = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => (Name: $"{operation.Key} {path.Key}", Operation: operation.Value!)))
            .Where(command => command.Operation["responses"]!.AsObject().ContainsKey("202")).ToList();

        Assert.That(commands, Has.Count.GreaterThanOrEqualTo(22));
        foreach (var (name, operation) in commands)
        {
            var headers = (operation["parameters"]?.AsArray() ?? []).Where(parameter => (string?)parameter!["in"] == "header");
            Assert.That(headers.Select(header => (string?)header!["name"]), Is.EqualTo(new[] { "Idempotency-Key" }), name);
            Assert.That(operation["responses"]!.AsObject().ContainsKey("422"), Is.True, name);
        }
    }

    [Test]
    public void Filters_bear_the_names_that_are_sent()
    {
        var names = document["paths"]!["/api/jobs"]!["get"]!["parameters"]!.AsArray().Select(parameter => (string?)parameter!["name"]);

        Assert.That(names, Is.EquivalentTo(new[] { "status", "kind", "target_type", "target_id", "company_id", "parent_id", "since", "limit", "cursor" }));
    }

    [Test]
    public async Task The_reference_page_is_there()
    {
        using var client = api.Anonymous();

        var page = await client.GetAsync("/api/docs");

        Assert.That((page.Status, page.ContentType), Is.EqualTo((200, "text/html")));
    }
}
