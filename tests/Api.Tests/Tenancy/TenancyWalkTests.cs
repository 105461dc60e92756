using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Jobs;
using MultiPanel.Data.Audit;
using MultiPanel.Data.Groups;
using MultiPanel.Data.Jobs;
using MultiPanel.Data.Orphans;
using MultiPanel.Data.Tokens;
using MultiPanel.Progress;

namespace MultiPanel.Api.Tests.Tenancy;

/// <summary>
/// Walks every endpoint of the OpenAPI document as each role of one company with the ids of another, and without signing in. An endpoint
/// whose parameters or body are not in the tables below fails the walk: add a line that aims at Globex.
/// </summary>
public sealed partial class TenancyWalkTests
{
    /// <summary>Who needs no token for them; they have anonymous's rows.</summary>
    private static readonly string[] Open =
    [
        "GET /api/health", "GET /api/health/ready", "POST /api/auth/login", "POST /api/auth/refresh", "POST /api/auth/logout",
        "POST /api/auth/password/forgot", "POST /api/auth/password/reset", "POST /api/vdi-integration/auth/login",
    ];

    /// <summary>What every user may do for themselves; the answers are looked through all the same.</summary>
    private static readonly string[] Own = ["POST /api/tokens", "POST /api/jobs/retry", "PATCH /api/auth/me"];

    private TestApi api = null!;
    private Dictionary<string, string> ids = null!;
    private Dictionary<string, string> bodies = null!;
    private Dictionary<string, string> queries = null!;

    [SetUp]
    public async Task StartAsync()
    {
        api = await TestApi.StartAsync();
        var (seeds, now) = (api.Seeds, api.Clock.GetUtcNow().UtcDateTime);
        var cluster = await seeds.ClusterAsync("globex-pve", seeds.Globex);
        var vm = await seeds.VmAsync(seeds.Globex, "globex-vm");
        var template = await seeds.TemplateAsync(seeds.Globex, row => row.Name = "globex-template");
        var job = await seeds.JobAsync(seeds.Globex, row => row.TargetName = "globex-vm");
        await seeds.JobAsync(seeds.Globex, row => (row.TargetName, row.Status) = ("globex-vm", JobStatus.Failed));
        var token = await AddAsync(new ApiToken { UserId = seeds.GlobexAdmin, CompanyId = seeds.Globex, Name = "globex-token", Prefix = "mp_x", Hash = "x", CreatedAt = now });
        var orphan = await AddAsync(new Orphan
        {
            ClusterId = cluster,
            Vmid = 777,
            CompanyId = seeds.Globex,
            Name = "globex-orphan",
            Message = "globex",
            FoundAt = now,
            SeenAt = now,
        });
        var group = await AddAsync(new Data.Groups.Group { CompanyId = seeds.Globex, Name = "globex-group", CreatedAt = now });
        await AddAsync(new GroupMember { GroupId = group.Id, UserId = seeds.GlobexAdmin, CompanyId = seeds.Globex });
        await AddAsync(new AuditEntry { At = now, Username = "globex-admin", Address = "globex", Action = "POST /globex", CompanyId = seeds.Globex });

        ids = new()
        {
            ["vms/{id}"] = $"{vm}",
            ["jobs/{id}"] = $"{job.Id}",
            ["clusters/{id}"] = $"{cluster}",
            ["companies/{id}"] = $"{seeds.Globex}",
            ["users/{id}"] = $"{seeds.GlobexAdmin}",
            ["groups/{id}"] = $"{group.Id}",
            ["members/{user}"] = $"{seeds.GlobexAdmin}",
            ["tokens/{id}"] = $"{token.Id}",
            ["orphans/{id}"] = $"{orphan.Id}",
            ["snapshots/{name}"] = "before",
        };
        queries = new()
        {
            ["GET /api/templates/discover"] = $"?cluster_id={cluster}",
            ["GET /api/groups"] = $"?user_id={seeds.GlobexAdmin}",
            ["GET /api/tokens"] = $"?user_id={seeds.GlobexAdmin}",
            ["DELETE /api/clusters/{id}"] = "?force=true",
        };
        bodies = new()
        {
            ["POST /api/auth/password"] = """{"current_password":"x","new_password":"battery staple"}""",
            ["PATCH /api/auth/me"] = """{"mail_failed_jobs":false}""",
            ["POST /api/tokens"] = """{"name":"mine"}""",
            ["POST /api/users"] = $$"""{"username":"spy","email":"spy@example.com","password":"battery staple","role":"user","company_id":{{seeds.Globex}}}""",
            ["PATCH /api/users/{id}"] = """{"status":"inactive"}""",
            ["POST /api/groups"] = $$"""{"name":"spies","company_id":{{seeds.Globex}}}""",
            ["PATCH /api/groups/{id}"] = """{"name":"spies"}""",
            ["PUT /api/groups/{id}/members"] = $$"""{"user_ids":[{{seeds.AcmeUser}}]}""",
            ["POST /api/groups/{id}/members"] = $$"""{"user_ids":[{{seeds.AcmeUser}}]}""",
            ["POST /api/companies"] = $$"""{"name":"Acme Two","pools":[{"cluster_id":{{cluster}},"pool":"globex"}]}""",
            ["PATCH /api/companies/{id}"] = $$"""{"max_vms":1,"pools":[{"cluster_id":{{cluster}},"pool":"globex"}]}""",
            ["POST /api/clusters"] = """{"name":"x","endpoints":["https://127.0.0.1:1"],"identity":"a@pve!b","secret":"x"}""",
            ["PATCH /api/clusters/{id}"] = $$"""{"company_id":{{seeds.Acme}},"pool":"acme"}""",
            ["POST /api/clusters/test"] = """{"endpoints":["https://127.0.0.1:1"],"identity":"a@pve!b","secret":"x"}""",
            ["PUT /api/clusters/{id}/admission"] = "{}",
            ["POST /api/vms"] = $$"""{"template_id":{{template}},"name":"x","pool":"globex","vmid":150}""",
            ["PATCH /api/vms/{id}"] = """{"name":"x"}""",
            ["POST /api/vms/bulk"] = $$"""{"action":"stop","ids":[{{vm}}]}""",
            ["POST /api/vms/{id}/clone"] = """{"name":"x","pool":"globex","vmid":150,"snapshot":"before"}""",
            ["POST /api/vms/{id}/migrate"] = """{"node":"pve2","target_storage":"local-lvm"}""",
            ["POST /api/vms/{id}/resize"] = """{"disk_gb":64}""",
            ["POST /api/vms/{id}/snapshots"] = """{"name":"before"}""",
            ["POST /api/vms/{id}/shutdown"] = "{}",
            ["POST /api/vms/{id}/reboot"] = "{}",
            ["POST /api/vms/{id}/suspend"] = "{}",
            ["POST /api/templates/register"] = $$"""{"cluster_id":{{cluster}},"vmid":9000}""",
            ["POST /api/templates/verify-agent"] = $$"""{"template_id":{{template}}}""",
            ["POST /api/templates/assign"] = $$"""{"template_id":{{template}},"pool_id":1}""",
            ["POST /api/jobs/retry"] = $$"""{"company_id":{{seeds.Globex}}}""",
            ["POST /api/jobs/{id}/priority"] = """{"priority":"background"}""",
            ["POST /api/orphans/{id}/adopt"] = "{}",
        };
    }

    [TearDown]
    public async Task StopAsync() => await api.DisposeAsync();

    [Test]
    public async Task Nobody_reaches_another_companys_rows_by_any_endpoint()
    {
        using var anonymous = api.Anonymous();
        var document = (await anonymous.GetAsync("/openapi/v1.json")).Json!;
        var endpoints = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Select(operation => (Name: $"{operation.Key.ToUpperInvariant()} {path.Key.TrimEnd('/')}", Operation: operation.Value!))).ToList();
        var before = await StateAsync();
        var walkers = await WalkersAsync();
        var wrong = new List<string>();
        foreach (var (name, operation) in endpoints)
        {
            foreach (var (who, client) in walkers)
            {
                if (await ComplainAsync(name, operation, who, client) is { } complaint)
                {
                    wrong.Add(complaint);
                }
            }
        }

        walkers.ForEach(walker => walker.Client.Dispose());
        TestContext.Out.WriteLine($"{endpoints.Count} endpoints × {walkers.Count} roles = {endpoints.Count * walkers.Count} requests");
        Assert.That(wrong, Is.Empty, string.Join('\n', wrong));
        Assert.That(endpoints, Has.Count.GreaterThan(60));
        Assert.That(await StateAsync(), Is.EqualTo(before), "and nothing of theirs has changed");
    }

    [TestCase("admin")]
    [TestCase("operator")]
    public async Task A_feed_never_carries_another_companys_events(string role)
    {
        var ours = await api.Seeds.JobAsync(api.Seeds.Acme, row => row.TargetName = "acme-vm");
        var theirs = ids["jobs/{id}"];
        using var client = api.As(role == "admin" ? api.Seeds.AcmeAdmin : api.Seeds.AcmeOperator);
        using var feed = await client.FollowAsync("/api/jobs/events");

        var first = await NextAsync(feed);
        await api.Progress.PublishAsync(await ViewAsync(Guid.Parse(theirs)));
        await api.Progress.ReportAsync(new JobRef(Guid.Parse(theirs), api.Seeds.Globex, 1), new Progress.JobChange { Percent = 13, Message = "globex" }, default);
        await api.Progress.PublishAsync(await ViewAsync(ours.Id));
        await api.Progress.ReportAsync(new JobRef(ours.Id, api.Seeds.Acme, 1), new Progress.JobChange { Percent = 42 }, default);
        var seen = new List<string> { first };
        while (!seen[^1].Contains("\"percent\":42", StringComparison.Ordinal))
        {
            seen.Add(await NextAsync(feed));
        }

        Assert.That(seen, Has.All.Contains($"{ours.Id}"));
        Assert.That(string.Concat(seen), Does.Not.Contain("globex").And.Not.Contain(theirs));
    }

    private async Task<List<(string Who, ApiClient Client)>> WalkersAsync()
    {
        var seeds = api.Seeds;
        using var admin = api.As(seeds.AcmeAdmin);
        var token = (string)(await admin.PostAsync("/api/tokens", new { name = "walk", scope = "admin" })).Data["token"]!;
        var later = api.Clock.GetUtcNow().AddHours(1).ToUnixTimeSeconds();
        return
        [
            ("company_admin", api.As(seeds.AcmeAdmin)),
            ("operator", api.As(seeds.AcmeOperator)),
            ("user", api.As(seeds.AcmeUser)),
            ("API token", api.With(token)),
            ("service", api.With(Jwt.Make(new { sub = 1, username = "portal", role = "company_admin", company_id = seeds.Acme, exp = later }))),
            ("anonymous", api.Anonymous()),
        ];
    }

    private async Task<string?> ComplainAsync(string name, JsonNode operation, string who, ApiClient client)
    {
        if (Open.Contains(name))
        {
            return null;
        }

        var (method, path) = (name.Split(' ')[0], name.Split(' ')[1]);
        var aimed = Parameter().Replace(path, match => ids.GetValueOrDefault(match.Value) is { } id ? $"{match.Value.Split('/')[0]}/{id}" : match.Value);
        if (aimed.Contains('{', StringComparison.Ordinal))
        {
            return $"{name}: no id of Globex is known for its parameter; add it to the table";
        }

        var body = bodies.GetValueOrDefault(name);
        if (operation["requestBody"] is not null && body is null)
        {
            return $"{name}: no body that aims at Globex is known; add it to the table";
        }

        if (path == "/api/jobs/events" && who is not ("anonymous" or "user"))
        {
            return null; // it does not end; the feed has a test of its own
        }

        var answer = await client.SendAsync(HttpMethod.Parse(method), aimed + queries.GetValueOrDefault(name), body);
        var allowed = who == "anonymous" ? answer.Status == 401
            : answer.Status is 403 or 404
            || (!path.Contains('{', StringComparison.Ordinal) && answer.Status is 200 or 201 && (method == "GET" || Own.Contains(name)));
        return allowed && !answer.Text.Contains("globex", StringComparison.OrdinalIgnoreCase) ? null : $"{name} as {who}: {answer.Status} {answer.Text}";
    }

    private async Task<string> StateAsync()
    {
        await using var db = api.Database.OpenAll();
        var globex = api.Seeds.Globex;
        return string.Join(' ', db.Vms.Count(vm => vm.CompanyId == globex), db.Jobs.Count(job => job.CompanyId == globex && job.Status == JobStatus.Queued),
            db.Users.Count(), db.Companies.Count(), db.Clusters.Count(cluster => cluster.CompanyId == globex), db.ApiTokens.Count(token => token.CompanyId == globex),
            db.Orphans.Count(), db.Templates.Count(), db.Groups.Count(), db.GroupMembers.Count());
    }

    private async Task<JobView> ViewAsync(Guid id)
    {
        await using var db = api.Database.OpenAll();
        return (await db.FindAsync<Job>(id))!.ToView();
    }

    private static async Task<string> NextAsync(EventReader feed)
    {
        while (true)
        {
            var next = await feed.NextAsync() ?? throw new InvalidOperationException("The feed has ended.");
            if (next.Data is { } data)
            {
                return data.ToJsonString();
            }
        }
    }

    private async Task<T> AddAsync<T>(T row) where T : class
    {
        await using var db = api.Database.OpenAll();
        db.Add(row);
        await db.SaveChangesAsync();
        return row;
    }

    [GeneratedRegex(@"[a-z]+/\{\w+\}")]
    private static partial Regex Parameter();
}
