using System.Globalization;
using System.Net.Http.Headers;
using MultiPanel.Api.Tests.Host;
using MultiPanel.Contracts.Auth;
using MultiPanel.Contracts.Jobs;

namespace MultiPanel.Api.Tests.Fuzz;

/// <summary>
/// Thousands of requests over the OpenAPI document: none is a 500, none that means nothing is accepted, no answer grows. <c>FUZZ_REQUESTS</c>
/// says how many (1,500), <c>FUZZ_SEED</c> which ones; the seed is printed.
/// </summary>
public sealed class FuzzTests
{
    /// <summary>A panel without mail and clusters that nobody reaches say so.</summary>
    private static readonly int[] Elsewhere = [502, 503, 504];

    [Test]
    public async Task No_request_is_a_500_and_no_nonsense_is_accepted()
    {
        var (count, seed) = (Setting("FUZZ_REQUESTS", 1_500), Setting("FUZZ_SEED", Random.Shared.Next()));
        TestContext.Out.WriteLine($"FUZZ_SEED={seed} FUZZ_REQUESTS={count}");
        await using var api = await TestApi.StartAsync();
        using var anonymous = api.Anonymous();
        var document = (await anonymous.GetAsync("/openapi/v1.json")).Json!;
        var fuzzer = new RequestFuzzer(document, new Random(seed), await IdsAsync(api));
        using var http = new HttpClient { BaseAddress = new Uri(api.Url), Timeout = TimeSpan.FromMinutes(1) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", Jwt.Make(new { sub = api.Seeds.Root, exp = api.Clock.GetUtcNow().AddDays(1).ToUnixTimeSeconds() }));

        var wrong = new List<string>();
        var statuses = new SortedDictionary<int, int>();
        for (var i = 0; i < count; i++)
        {
            var request = fuzzer.Next();
            using var message = request.ToMessage(http.BaseAddress);
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            var status = (int)answer.StatusCode;
            statuses[status] = statuses.GetValueOrDefault(status) + 1;
            if (await ComplainAsync(request, answer) is { } complaint)
            {
                wrong.Add($"{status} {request}: {complaint}");
            }
        }

        TestContext.Out.WriteLine(string.Join(", ", statuses.Select(one => $"{one.Value} × {one.Key}")));
        Assert.That(wrong, Is.Empty, string.Join('\n', wrong.Take(20)));
        Assert.That(statuses.Where(one => one.Key < 300).Sum(one => one.Value), Is.GreaterThan(count / 20), "not all is refused");
        using var root = api.As(api.Seeds.Root);
        Assert.That((await root.GetAsync("/api/auth/me")).Status, Is.EqualTo(200), "the caller was one to the end");
    }

    private static async Task<string?> ComplainAsync(FuzzedRequest request, HttpResponseMessage answer)
    {
        var (status, type) = ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType);
        if (status < 300)
        {
            return request.Nonsense is null ? null : "nonsense is accepted";
        }

        var text = await answer.Content.ReadAsStringAsync();
        return status >= 500 && !(Elsewhere.Contains(status) && !text.Contains("database_unavailable", StringComparison.Ordinal)) ? text
            : text.Length > 16 * 1024 ? $"an error of {text.Length} characters"
            : status == 400 && text.Length == 0 && request.Path.Contains("%00", StringComparison.Ordinal) ? null // Kestrel's own, before any of our code
            : type == "application/problem+json" || (type == "application/json" && request.Operation == "POST /api/vdi-integration/auth/login") ? null
            : $"an error without its form: {type} {text}";
    }

    /// <summary>Nothing of the caller's own, who would otherwise sign out in the middle.</summary>
    private static async Task<IReadOnlyDictionary<string, string[]>> IdsAsync(TestApi api)
    {
        var (seeds, vms, jobs, users) = (api.Seeds, new List<string>(), new List<string>(), new List<string>());
        for (var i = 0; i < 20; i++)
        {
            vms.Add(Text(await seeds.VmAsync(i % 2 == 0 ? seeds.Acme : null, $"fuzz{i}")));
            users.Add(Text(await seeds.UserAsync($"fuzz{i}", Role.Operator, seeds.Acme)));
            jobs.Add($"{(await seeds.JobAsync(seeds.Acme, job => job.Status = i % 2 == 0 ? JobStatus.Failed : JobStatus.Queued)).Id}");
        }

        await seeds.TemplateAsync();
        return new Dictionary<string, string[]>
        {
            ["vms"] = [.. vms, "99999"],
            ["jobs"] = [.. jobs, $"{Guid.NewGuid()}"],
            ["users"] = [.. users, "99999"],
            ["groups"] = ["1", "2", "99999"], // once a request has made them
            ["members"] = [.. users, "99999"],
            ["clusters"] = [Text(seeds.Cluster), "99999"],
            ["companies"] = [Text(seeds.Globex), Text(seeds.Acme), "99999"],
            ["tokens"] = ["1", "99999"],
            ["orphans"] = ["1", "99999"],
            ["snapshots"] = ["before", "after"],
        };
    }

    private static string Text(int id) => id.ToString(CultureInfo.InvariantCulture);

    private static int Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
