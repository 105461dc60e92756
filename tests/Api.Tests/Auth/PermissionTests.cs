using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Auth;

public sealed class PermissionTests
{
    private static readonly (string Request, string Refused)[] Table =
    [
        ("GET /api/clusters", "user"),
        ("GET /api/clusters/1", "admin operator user"),
        ("POST /api/clusters", "admin operator user"),
        ("PATCH /api/clusters/1", "admin operator user"),
        ("DELETE /api/clusters/1", "admin operator user"),
        ("POST /api/clusters/test", "admin operator user"),
        ("POST /api/clusters/1/test", "admin operator user"),
        ("GET /api/clusters/1/admission", "admin operator user"),
        ("PUT /api/clusters/1/admission", "admin operator user"),
        ("GET /api/orphans", "admin operator user"),
        ("POST /api/orphans/1/adopt", "admin operator user"),
        ("DELETE /api/orphans/1", "admin operator user"),
        ("POST /api/vms/bulk", "user"),
        ("GET /api/vms", "user"),
        ("GET /api/vms/1", "user"),
        ("POST /api/vms", "user"),
        ("POST /api/vms/1/start", "user"),
        ("DELETE /api/vms/1", "user"),
        ("GET /api/vms/1/snapshots", "user"),
        ("GET /api/templates", "user"),
        ("GET /api/templates/registered", "user"),
        ("GET /api/templates/discover", "admin operator user"),
        ("POST /api/templates/register", "operator user"),
        ("POST /api/templates/verify-agent", "operator user"),
        ("POST /api/templates/assign", "operator user"),
        ("GET /api/jobs", "user"),
        ("GET /api/jobs/events", "user"),
        ("GET /api/jobs/01890000-0000-7000-8000-000000000000", "user"),
        ("POST /api/jobs/01890000-0000-7000-8000-000000000000/cancel", "user"),
        ("POST /api/jobs/01890000-0000-7000-8000-000000000000/retry", "user"),
        ("POST /api/jobs/01890000-0000-7000-8000-000000000000/priority", "user"),
        ("POST /api/jobs/retry", "user"),
    ];

    private TestApi api = null!;

    private static IEnumerable<TestCaseData> Refusals => Table.SelectMany(row => row.Refused.Split(' ').Select(role => new TestCaseData(row.Request, role)));

    private static IEnumerable<string> Requests => Table.Select(row => row.Request);

    [OneTimeSetUp]
    public async Task StartAsync() => api = await TestApi.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [TestCaseSource(nameof(Refusals))]
    public async Task A_role_is_refused_what_is_not_its_own(string request, string role)
    {
        using var client = api.As(role switch { "admin" => api.Seeds.AcmeAdmin, "operator" => api.Seeds.AcmeOperator, _ => api.Seeds.AcmeUser });

        var answer = await SendAsync(client, request);

        Assert.That(answer.Status, Is.EqualTo(403), answer.Text);
        Assert.That(answer.ContentType, Is.EqualTo("application/problem+json"));
        Assert.That(answer.Code, Is.EqualTo("forbidden"));
    }

    [TestCaseSource(nameof(Requests))]
    public async Task Who_is_not_signed_in_is_refused(string request)
    {
        using var client = api.Anonymous();

        var answer = await SendAsync(client, request);

        Assert.That(answer.Status, Is.EqualTo(401), answer.Text);
        Assert.That(answer.Code, Is.EqualTo("unauthorized"));
    }

    [Test]
    public async Task A_desktop_user_sees_themselves()
    {
        using var client = api.As(api.Seeds.AcmeUser);

        Assert.That((int?)(await client.GetAsync("/api/auth/me")).Data["company_id"], Is.EqualTo(api.Seeds.Acme));
    }

    private static Task<Answer> SendAsync(ApiClient client, string request)
    {
        var (method, path) = (request.Split(' ')[0], request.Split(' ')[1]);
        return client.SendAsync(HttpMethod.Parse(method), path, method is "POST" or "PATCH" or "PUT" ? "{}" : null);
    }
}
