using System.Net;
using System.Text.RegularExpressions;

namespace MultiPanel.Gateway.Settings;

/// <summary>Where the main panel is, without the <c>/api</c> that its paths begin with anyway.</summary>
internal sealed partial record PanelAddress(Uri Base)
{
    /// <summary>What was set had an <c>/api</c> at its end, perhaps twice.</summary>
    public string? Mended { get; private init; }

    public bool IsTls => Base.Scheme == Uri.UriSchemeHttps;

    /// <summary>Without a slash at its end.</summary>
    public string Prefix => Base.AbsoluteUri.TrimEnd('/');

    public static PanelAddress? Parse(string text, out string? problem)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            problem = $"is '{text}': it must look like https://panel.example.com";
            return null;
        }

        problem = uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0
            ? "must be scheme, host and port alone, without user, query or fragment"
            : uri.Scheme == Uri.UriSchemeHttp && !IsLoopback(uri)
                ? $"is plain http to {uri.Host}: passwords and tokens would cross the network unencrypted. Use https; http is for 127.0.0.1 alone"
                : null;
        var path = ApiSuffix().Replace(uri.AbsolutePath, "");
        return problem is not null ? null : new PanelAddress(new UriBuilder(uri) { Path = path }.Uri)
        {
            Mended = uri.AbsolutePath.TrimEnd('/') == path ? null : text,
        };
    }

    /// <summary>Without a name lookup: only addresses that are this machine whatever a resolver says.</summary>
    private static bool IsLoopback(Uri uri) =>
        uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    [GeneratedRegex("(/+api)*/*$", RegexOptions.IgnoreCase)]
    private static partial Regex ApiSuffix();
}
