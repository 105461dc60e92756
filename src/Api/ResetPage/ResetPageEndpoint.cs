using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace MultiPanel.Api.ResetPage;

/// <summary>
/// <c>/reset-password#token</c>: where the links in mails lead. One page with nothing from elsewhere; its policy allows this
/// style and this script by their hashes and no other.
/// </summary>
internal static partial class ResetPageEndpoint
{
    private static readonly byte[] Page = Read();

    private static readonly string Policy = "default-src 'none'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
        + $"style-src '{HashOf("style")}'; script-src '{HashOf("script")}'";

    public static void MapResetPage(this IEndpointRouteBuilder app) => app.MapGet("/reset-password", (HttpContext context) =>
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Bytes(Page, "text/html; charset=utf-8");
    }).ExcludeFromDescription();

    private static byte[] Read()
    {
        using var page = typeof(ResetPageEndpoint).Assembly.GetManifestResourceStream("MultiPanel.Api.ResetPage.page.html")!;
        using var bytes = new MemoryStream();
        page.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>Of exactly what stands between the tags (CSP 3, 6.7.3).</summary>
    private static string HashOf(string element)
    {
        var text = Elements().Matches(Encoding.UTF8.GetString(Page)).Single(match => match.Groups[1].Value == element).Groups[2].Value;
        return $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }

    [GeneratedRegex(@"<(style|script)>(.*?)</\1>", RegexOptions.Singleline)]
    private static partial Regex Elements();
}
