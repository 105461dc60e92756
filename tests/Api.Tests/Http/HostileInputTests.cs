using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Http;

public sealed class HostileInputTests
{
    private TestApi api = null!;
    private ApiClient acme = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        acme = api.As(api.Seeds.AcmeOperator);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        acme.Dispose();
        await api.DisposeAsync();
    }

    private static IEnumerable<string> Broken =>
    [
        "", " ", "{", "{\"name\":", "{\"name\":\"x\"", "[]", "\"x\"", "null", "1", "{\"name\":\"x\",\"name\":\"y\"}", "{'name':'x'}", "{\"name\":\"x\"}}",
        "{\"\\ud800\":1}", "{\"name\":NaN}", "//x\n{}", new string('[', 10_000), string.Concat(Enumerable.Repeat("{\"a\":", 1_000)),
    ];

    [TestCaseSource(nameof(Broken))]
    public async Task What_is_no_json_object_is_a_clear_400(string body)
    {
        var answer = await acme.PostAsync("/api/vms", body);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((400, "invalid_json")), answer.Text);
        Assert.That(answer.ContentType, Is.EqualTo("application/problem+json"));
        Assert.That((bool)answer.Json!["success"]!, Is.False);
        Assert.That((string?)answer.Json["message"], Is.EqualTo((string?)answer.Json["detail"]).And.Not.Empty);
        Assert.That((int)answer.Json["status"]!, Is.EqualTo(400));
        Assert.That((string?)answer.Json["type"], Is.EqualTo("urn:multipanel:problem:invalid_json"));
    }

    [TestCase("""{"template_id":1,"name":"\ud800"}""", "name")]
    [TestCase("""{"template_id":1,"name":"a\u0000b"}""", "name")]
    [TestCase("""{"template_id":1,"name":"a","description":"\u0000"}""", "description")]
    [TestCase("""{"template_id":99999999999999999999,"name":"a"}""", "template_id")]
    [TestCase("""{"template_id":1.5,"name":"a"}""", "template_id")]
    [TestCase("""{"template_id":1,"name":"a\n"}""", "name")]
    [TestCase("""{"template_id":null,"name":null}""", "name,template_id")]
    [TestCase("""{"template_id":1,"name":"a","start":null}""", "start")]
    [TestCase("""{"template_id":1,"name":"a","tags":["a;b"]}""", "tags")]
    [TestCase("""{"template_id":1,"name":"a","tags":[null]}""", "tags")]
    [TestCase("""{"template_id":1,"name":"a","cloud_init":[]}""", "cloud_init")]
    [TestCase("""{"Template_Id":1,"name":"a"}""", "Template_Id,template_id")]
    [TestCase("""{"template_id":1,"name":"a","node":"pve1/../../access"}""", "node")]
    public async Task Values_that_fit_nowhere_are_named(string body, string fields)
    {
        var answer = await acme.PostAsync("/api/vms", body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.WrongFields, Is.EqualTo(fields.Split(',')));
    }

    [Test]
    public async Task A_description_is_measured_in_bytes()
    {
        var answer = await acme.PostAsync("/api/vms", $$"""{"template_id":1,"name":"a","description":"{{new string('ä', 4097)}}"}""");

        Assert.That(answer.WrongFields, Is.EqualTo(new[] { "description" }));
    }

    [TestCase("text/plain")]
    [TestCase("application/x-www-form-urlencoded")]
    [TestCase("application/json; charset=utf-16")]
    public async Task Another_media_type_is_415(string type)
    {
        var answer = await acme.SendAsync(HttpMethod.Post, "/api/vms", "{}", type);

        Assert.That((answer.Status, answer.Code), Is.EqualTo((415, "unsupported_media_type")), answer.Text);
    }

    [Test]
    public async Task A_body_that_is_too_large_is_413()
    {
        var answer = await acme.PostAsync("/api/vms", $$"""{"name":"{{new string('a', 2 * 1024 * 1024)}}"}""");

        Assert.That((answer.Status, answer.Code), Is.EqualTo((413, "too_large")));
    }

    [Test]
    public async Task Another_method_is_405_and_another_address_404()
    {
        Assert.That((await acme.SendAsync(HttpMethod.Put, "/api/vms", "{}")).Code, Is.EqualTo("method_not_allowed"));
        Assert.That((await acme.GetAsync("/api/nothing/here")).Code, Is.EqualTo("not_found"));
        Assert.That((await acme.GetAsync("/api/jobs/not-a-uuid")).Code, Is.EqualTo("not_found"));
    }
}
