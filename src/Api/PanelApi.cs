using MultiPanel.Api.Audit;
using MultiPanel.Api.Auth;
using MultiPanel.Api.Clusters;
using MultiPanel.Api.Companies;
using MultiPanel.Api.Groups;
using MultiPanel.Api.Health;
using MultiPanel.Api.Http;
using MultiPanel.Api.Idempotency;
using MultiPanel.Api.Jobs;
using MultiPanel.Api.OpenApi;
using MultiPanel.Api.Orphans;
using MultiPanel.Api.ResetPage;
using MultiPanel.Api.Start;
using MultiPanel.Api.Templates;
using MultiPanel.Api.Tokens;
using MultiPanel.Api.Users;
using MultiPanel.Api.VdiIntegration;
using MultiPanel.Api.Vms;
using MultiPanel.Contracts;
using MultiPanel.Data;
using Scalar.AspNetCore;

namespace MultiPanel.Api;

/// <summary>The API as a part of a host. Stores and bus are the host's own to add.</summary>
public static class PanelApi
{
    public static WebApplicationBuilder AddPanelApi(this WebApplicationBuilder builder, ApiSettings settings)
    {
        var services = builder.Services;
        services.AddSingleton(settings);
        services.ConfigureHttpJsonOptions(options => ContractJson.Configure(options.SerializerOptions));
        services.AddHttpEdge(settings);
        services.AddIdConstraints();
        services.AddSingleton<DatabaseState>();
        services.AddHostedService<DatabaseStart>();
        services.AddPanelAuth();
        services.AddScoped(provider =>
        {
            var db = provider.GetRequiredService<PanelDatabase>().Open(provider.GetRequiredService<Caller>().Scope);
            provider.GetRequiredService<IHttpContextAccessor>().HttpContext?.Features.Get<AuditTrail>()?.Watch(db);
            return db;
        });

        services.AddAudit();
        services.AddTokens();
        services.AddUsers();
        services.AddCompanies();
        services.AddGroups();
        services.AddClusters();
        services.AddVms();
        services.AddTemplates();
        services.AddOrphans();
        services.AddJobs();
        services.AddHealth();
        services.AddPanelOpenApi();
        return builder;
    }

    public static WebApplication MapPanelApi(this WebApplication app)
    {
        app.UseHttpEdge();
        app.UseMiddleware<AuditMiddleware>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseCors();
        app.UseMiddleware<DatabaseGate>();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<StrictRequests>();
        app.UseMiddleware<IdempotencyMiddleware>();

        var api = app.MapGroup("/api").Refuses(400, 415, 500, 503).Strict();
        api.MapHealth();
        api.MapAuth();
        api.MapVdiIntegration();

        var own = api.MapGroup("").Refuses(401, 403);
        own.MapAudit();
        own.MapTokens();
        own.MapUsers();
        own.MapCompanies();
        own.MapGroups();
        own.MapClusters();
        own.MapVms();
        own.MapTemplates();
        own.MapOrphans();
        own.MapJobs();

        app.MapResetPage();
        app.MapGet("/", () => Results.Redirect("/api/docs")).ExcludeFromDescription();
        app.MapOpenApi();
        app.MapScalarApiReference("/api/docs", options => options.WithTitle("MultiPanel API")
            .DisableTelemetry().DisableAgent().DisableMcp().DisableDefaultFonts().HideDeveloperTools().HideClientButton());
        return app;
    }
}
