using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MultiPanel.Api.Http;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Data.Jobs;

namespace MultiPanel.Api.Tests.Http;

/// <summary>Ids, times, words and names have one spelling; what only looks like one is refused.</summary>
public sealed class SpellingTests
{
    private TestApi api = null!;
    private ApiClient root = null!;
    private Job job = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        root = api.As(api.Seeds.Root);
        job = await api.Seeds.JobAsync(api.Seeds.Acme);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        root.Dispose();
        await api.DisposeAsync();
    }

    /// <summary>Names of snapshots are texts with rules of their own.</summary>
    [Test]
    public void Every_id_in_a_route_has_our_constraint()
    {
        var parameters = api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<StrictRequest>() is not null)
            .SelectMany(endpoint => endpoint.RoutePattern.Parameters.Select(parameter => (endpoint, parameter))).ToList();
        var policies = api.Services.GetRequiredService<ParameterPolicyFactory>();

        Assert.That(parameters, Has.Count.GreaterThan(40));
        foreach (var (endpoint, parameter) in parameters.Where(one => one.parameter.Name != "name"))
        {
            var constraints = parameter.ParameterPolicies.Select(policy => policies.Create(parameter, policy)).ToList();
            Assert.That(constraints, Has.One.InstanceOf<IdConstraints.RowIdConstraint>().Or.One.InstanceOf<IdConstraints.UuidConstraint>(), endpoint.DisplayName);
        }
    }

    [TestCase("{0}", 200)]
    [TestCase("+{0}", 404)]
    [TestCase("-{0}", 404)]
    [TestCase("%20{0}", 404)]
    [TestCase("{0}%20", 404)]
    [TestCase("{0}%0a", 404)]
    [TestCase("%09{0}", 404)]
    [TestCase("0{0}", 404)]
    [TestCase("{0}.0", 404)]
    [TestCase("{0}e0", 404)]
    [TestCase("%EF%BC%91", 404, Description = "a full-width 1")]
    [TestCase("99999999999999999999", 404)]
    public async Task An_id_in_a_path_is_digits_alone(string id, int status)
    {
        id = string.Format(System.Globalization.CultureInfo.InvariantCulture, id, api.Seeds.Cluster);

        Assert.That((await root.GetAsync($"/api/clusters/{id}")).Status, Is.EqualTo(status));
        Assert.That(status == 200 || (await root.DeleteAsync($"/api/clusters/{id}?force=true")).Status == 404, Is.True);
    }

    [TestCase("D", 200)]
    [TestCase("N", 404)]
    [TestCase("B", 404)]
    [TestCase("P", 404)]
    public async Task A_uuid_has_one_form(string format, int status) =>
        Assert.That((await root.GetAsync($"/api/jobs/{job.Id.ToString(format)}")).Status, Is.EqualTo(status));

    [TestCase("vms?cluster_id=%2B1", "cluster_id")]
    [TestCase("vms?cluster_id=01", "cluster_id")]
    [TestCase("vms?cluster_id=%201", "cluster_id")]
    [TestCase("vms?cluster_id=", "cluster_id")]
    [TestCase("vms?limit=%2B5", "limit")]
    [TestCase("vms?limit=05", "limit")]
    [TestCase("vms?vmid=99", "vmid")]
    [TestCase("vms?vmid=0x64", "vmid")]
    [TestCase("vms?managed=yes", "managed")]
    [TestCase("vms?tag=", "tag")]
    [TestCase("vms?tag=a;b", "tag")]
    [TestCase("vms?name=", "name")]
    [TestCase("vms?name=%0a", "name")]
    [TestCase("vms?node=", "node")]
    [TestCase("vms?node=a,b", "node")]
    [TestCase("vms?status=,,,", "status")]
    [TestCase("vms?status=", "status")]
    [TestCase("vms?status=running,", "status")]
    [TestCase("jobs?status=,,,", "status")]
    [TestCase("jobs?kind=nosuch", "kind")]
    [TestCase("jobs?kind=vm.start,nosuch", "kind")]
    [TestCase("jobs?kind=,", "kind")]
    [TestCase("jobs?parent_id=%20{0}", "parent_id")]
    [TestCase("jobs?cursor=IDE", "cursor", Description = "' 1'")]
    [TestCase("vms?cursor=KzE", "cursor", Description = "'+1'")]
    [TestCase("audit?action=x", "action")]
    [TestCase("audit?action=", "action")]
    [TestCase("audit?job_id={{{0}}}", "job_id")]
    [TestCase("audit?result=,", "result")]
    [TestCase("users?role=,", "role")]
    [TestCase("orphans?kind=,", "kind")]
    [TestCase("templates?status=", "status")]
    public async Task A_filter_that_means_nothing_is_refused(string query, string field)
    {
        var answer = await root.GetAsync("/api/" + string.Format(System.Globalization.CultureInfo.InvariantCulture, query, job.Id));

        Assert.That(answer.WrongFields, Is.EqualTo(new[] { field }), answer.Text);
    }

    [TestCase("POST /api/vms/{id}/start")]
    [TestCase("DELETE /api/clusters/{id}")]
    [TestCase("POST /api/vdi-integration/auth/login")]
    [TestCase("vm.start")]
    public async Task The_audit_log_is_filtered_by_what_it_can_hold(string action) =>
        Assert.That((await root.GetAsync($"/api/audit?action={Uri.EscapeDataString(action)}")).Status, Is.EqualTo(200));

    [TestCase("2026-11-22T10:00:00Z", true)]
    [TestCase("2026-11-22T10:00Z", true)]
    [TestCase("2026-11-22T10:00:00.1234567+05:30", true)]
    [TestCase("2026-11-22T10:00:00", false)]
    [TestCase("2026-11-22", false)]
    [TestCase("2026-11-22 10:00:00Z", false)]
    [TestCase("2026-11-22T10:00:00+0530", false)]
    [TestCase("2026-11-22T10:00:00 05:30", false)]
    [TestCase("2026-11-22T25:00:00Z", false)]
    [TestCase("2026-02-30T10:00:00Z", false)]
    [TestCase("0001-01-01T00:00:00+14:00", false)]
    [TestCase("2026-11-22T10:00:00Z\n", false)]
    [TestCase("1.5", false)]
    [TestCase("1,2", false)]
    [TestCase("12:00", false)]
    [TestCase("1/2/2026", false)]
    [TestCase("Nov 27 2026", false)]
    [TestCase("", false)]
    public async Task A_time_is_iso_8601_with_an_offset(string time, bool isOne)
    {
        var query = Uri.EscapeDataString(time);

        foreach (var path in new[] { $"/api/jobs?since={query}", $"/api/audit?since={query}", $"/api/audit?until={query}" })
        {
            Assert.That((await root.GetAsync(path)).Status, Is.EqualTo(isOne ? 200 : 400), path);
        }

        Assert.That((await root.PostAsync("/api/jobs/retry", new { since = time })).Status, Is.EqualTo(isOne ? 200 : 400));
    }

    [TestCase("kind", "nosuch")]
    [TestCase("kind", "vm.start\0")]
    [TestCase("error_code", "nosuch")]
    [TestCase("target_type", "x")]
    public async Task A_retry_of_what_there_is_not_is_refused(string field, string value) =>
        Assert.That((await root.PostAsync("/api/jobs/retry", new Dictionary<string, string> { [field] = value })).WrongFields, Is.EqualTo(new[] { field }));

    [TestCase("a\nb")]
    [TestCase("a\r")]
    [TestCase("a\tb")]
    [TestCase("a\u001b[31m")]
    [TestCase("a\u0085b")]
    [TestCase("ab\u202Egpj.exe")]
    [TestCase("a\u2066b")]
    [TestCase("a\u200Bb")]
    [TestCase("a\u200Db")]
    [TestCase("a\uFEFFb")]
    [TestCase("a\u00ADb")]
    [TestCase("a\u2028b")]
    [TestCase("a\U000E0041b")]
    public async Task A_name_is_one_line_of_visible_characters(string name)
    {
        foreach (var (answer, field) in new[]
        {
            (await root.PostAsync("/api/companies", new { name }), "name"),
            (await root.PatchAsync($"/api/companies/{api.Seeds.Acme}", new { name }), "name"),
            (await root.PostAsync("/api/tokens", new { name }), "name"),
            (await root.PostAsync("/api/clusters", new { name, endpoints = new[] { "https://127.0.0.1:1" }, identity = "a@pve!token", secret = "x" }), "name"),
            (await root.PostAsync("/api/users", new { username = name, email = "x@example.com", password = "battery staple", role = "super_admin" }), "username"),
            (await root.PostAsync("/api/users", new { username = "x", email = $"{name}@example.com", password = "battery staple", role = "super_admin" }), "email"),
            (await root.PostAsync("/api/auth/login", new { username = name, password = "x" }), "username"),
        })
        {
            Assert.That(answer.WrongFields, Is.EqualTo(new[] { field }), answer.Text);
        }

        var service = Jwt.Make(new { username = name, role = "super_admin", exp = api.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds() });
        using var client = api.With(service);
        Assert.That((await client.GetAsync("/api/auth/me")).Status, Is.EqualTo(401));
    }

    [TestCase("Müller & Söhne")]
    [TestCase("株式会社")]
    [TestCase("שלום")]
    public async Task A_name_may_be_of_any_script(string name) => Assert.That((await root.PostAsync("/api/companies", new { name })).Status, Is.EqualTo(201));

    [TestCase("two\nlines\tand a tab", true)]
    [TestCase("a\r\nb", false)]
    [TestCase("a\u001bb", false)]
    [TestCase("a\u202Eb", false)]
    public async Task A_description_has_lines_and_tabs_and_nothing_else_unseen(string description, bool isOne)
    {
        var vm = await api.Seeds.VmAsync(api.Seeds.Acme);

        foreach (var answer in new[]
        {
            await root.PatchAsync($"/api/vms/{vm}", new { description }),
            await root.PostAsync($"/api/vms/{vm}/snapshots", new { name = "before", description }),
        })
        {
            Assert.That(answer.WrongFields, Is.EqualTo(isOne ? [] : new[] { "description" }), answer.Text);
        }
    }

    [TestCase("battery\u001bstaple")]
    [TestCase("battery staple\r\n")]
    [TestCase("battery\tstaple")]
    public async Task A_password_has_no_control_characters(string password)
    {
        var answer = await root.PostAsync("/api/users", new { username = "x", email = "x@example.com", password, role = "super_admin" });

        Assert.That(answer.WrongFields, Is.EqualTo(new[] { "password" }), answer.Text);
    }
}
