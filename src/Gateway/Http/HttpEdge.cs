using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MultiPanel.Gateway.Settings;

namespace MultiPanel.Gateway.Http;

/// <summary>Who is let in how: sizes, proxies, headers that every answer has.</summary>
internal static class HttpEdge
{
    /// <summary>What the main panel takes at most.</summary>
    public const long LargestBody = 1024 * 1024;

    public static void AddHttpEdge(this WebApplicationBuilder builder, GatewaySettings settings)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Services.Configure<ForwardedHeadersOptions>(options =>
        {
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in settings.TrustedProxies)
            {
                options.KnownIPNetworks.Add(network);
            }
        });
    }

    public static void UseHttpEdge(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.Use((context, next) =>
        {
            context.Response.OnStarting(SetHeaders, context.Response);
            return next(context);
        });
        app.UseExceptionHandler(failed => failed.Run(context => Problem.Bare(context.Response.StatusCode).WriteAsync(context)));
        app.UseStatusCodePages(context => Problem.Bare(context.HttpContext.Response.StatusCode).WriteAsync(context.HttpContext));
    }

    /// <summary>Set, not added: the main panel's answers have some of them already.</summary>
    private static Task SetHeaders(object state)
    {
        var headers = ((HttpResponse)state).Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
