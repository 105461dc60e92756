using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Clusters;
using MultiPanel.Api.Health;
using MultiPanel.Api.Http;
using MultiPanel.Api.Jobs;
using MultiPanel.Api.Start;
using MultiPanel.Api.Templates;
using MultiPanel.Api.Tokens;
using MultiPanel.Api.Vms;
using MultiPanel.Contracts;
using MultiPanel.Data;
using Scalar.AspNetCore;

namespace MultiPanel.Api;

/// <summary>The API as a part of a host. Stores and bus are the host's own to add.</summary>
public static class PanelApi
{
    /// <summary>More than the largest command by far.</summary>
    private const long LargestBody = 1024 * 1024;

    public static WebApplicationBuilder AddPanelApi(this WebApplicationBuilder builder, ApiSettings settings)
    {
        var services = builder.Services;
        services.AddSingleton(settings);
        services.ConfigureHttpJsonOptions(options => ContractJson.Configure(options.SerializerOptions));
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.AddServerHeader = false;
        });

        // From a proxy on this machine alone; whoever connects directly cannot choose his address.
        services.Configure<ForwardedHeadersOptions>(options =>
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);

        services.AddSingleton<DatabaseState>();
        services.AddHostedService<DatabaseStart>();
        services.AddPanelAuth();
        services.AddScoped(provider =>
            provider.GetRequiredService<PanelDatabase>().Open(provider.GetRequiredService<Caller>().Scope));

        services.AddTokens();
        services.AddClusters();
        services.AddVms();
        services.AddTemplates();
        services.AddJobs();
        services.AddHealth();
        services.AddPanelOpenApi();
        return builder;
    }

    public static WebApplication MapPanelApi(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseMiddleware<DatabaseGate>();
        app.UseAuthentication();
        app.UseAuthorization();

        var api = app.MapGroup("/api").Refuses(400, 500, 503);
        api.MapHealth();
        api.MapAuth();

        var own = api.MapGroup("").Refuses(401, 403);
        own.MapTokens();
        own.MapClusters();
        own.MapVms();
        own.MapTemplates();
        own.MapJobs();

        app.MapGet("/", () => Results.Redirect("/api/docs")).ExcludeFromDescription();
        app.MapOpenApi();
        app.MapScalarApiReference("/api/docs", options => options.WithTitle("MultiPanel API")
            .DisableTelemetry().DisableAgent().DisableMcp().DisableDefaultFonts().HideDeveloperTools().HideClientButton());
        return app;
    }
}
