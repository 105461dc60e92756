using MultiPanel.Contracts;
using MultiPanel.Gateway.Auth;
using MultiPanel.Gateway.Health;
using MultiPanel.Gateway.Http;
using MultiPanel.Gateway.MainPanel;
using MultiPanel.Gateway.PassThrough;
using MultiPanel.Gateway.Settings;

namespace MultiPanel.Gateway;

/// <summary>The VDI platform's edge host: no database, only the main panel's API behind it.</summary>
internal static class VdiGateway
{
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder, GatewaySettings settings)
    {
        builder.Services.AddSingleton(settings);
        builder.Services.ConfigureHttpJsonOptions(options => ContractJson.Configure(options.SerializerOptions));
        builder.AddHttpEdge(settings);
        builder.Services.AddMainPanel();
        builder.Services.AddCallerTokens(settings);
        builder.Services.AddPassThrough();

        // One line a request would hold console tickets, which stand in the query.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Error);
        return builder;
    }

    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseHttpEdge();
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();

        app.MapHealth();
        app.MapPassThrough();
        return app;
    }
}
