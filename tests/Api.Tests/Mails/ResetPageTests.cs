using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MultiPanel.Api.Tests.Host;

namespace MultiPanel.Api.Tests.Mails;

public sealed partial class ResetPageTests
{
    [Test]
    public async Task The_page_brings_all_it_needs_and_its_policy_allows_nothing_else()
    {
        await using var api = await TestApi.StartAsync();
        using var browser = new HttpClient();

        using var answer = await browser.GetAsync(new Uri($"{api.Url}/reset-password"));
        var page = await answer.Content.ReadAsStringAsync();

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(policy, Does.StartWith("default-src 'none'").And.Not.Contain("unsafe").And.Contain("frame-ancestors 'none'"));
        foreach (var element in new[] { "style", "script" })
        {
            var text = Regex.Match(page, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline).Groups[1].Value;
            Assert.That(policy, Does.Contain($"{element}-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'"));
        }

        Assert.That(Elsewhere().Matches(page), Is.Empty);
    }

    [GeneratedRegex("""https?://|src=|href=|\sstyle=|\son\w+=""")]
    private static partial Regex Elsewhere();
}
