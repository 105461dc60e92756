namespace MultiPanel.Api.Http;

/// <summary>
/// What browsers must and must not do with our answers. The policy lets the API reference at /api/docs work, which has its
/// own scripts and an inline one to start them; JSON needs nothing of it.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    private const string Everywhere = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private const string Reference =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            Set(context);
            return Task.CompletedTask;
        });
        return next(context);
    }

    private static void Set(HttpContext context)
    {
        var (path, headers) = (context.Request.Path, context.Response.Headers);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (!headers.ContainsKey("Content-Security-Policy"))
        {
            headers.ContentSecurityPolicy = path.StartsWithSegments("/api/docs") ? Reference : Everywhere;
        }

        // Answers belong to one caller; those that hold tokens must not stay in any cache.
        if (path.StartsWithSegments("/api") && !path.StartsWithSegments("/api/docs") && !headers.ContainsKey("Cache-Control"))
        {
            headers.CacheControl = "no-store";
        }

        if (context.Request.IsHttps)
        {
            headers.StrictTransportSecurity = "max-age=31536000";
        }
    }
}
