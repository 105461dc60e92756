using MultiPanel.Gateway.Settings;

namespace MultiPanel.Gateway.MainPanel;

internal static class PanelServices
{
    public static void AddMainPanel(this IServiceCollection services)
    {
        services.AddSingleton<PanelConnection>();
        services.AddSingleton<PanelProbe>();
        services.AddHostedService<Announcement>();
    }

    /// <summary>Says at start where the main panel is, and what about the settings is odd though it works.</summary>
    private sealed class Announcement(GatewaySettings settings, TimeProvider clock, ILogger<Announcement> log) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (settings.MainPanel.Mended is { } given)
            {
                log.LogWarning("MAIN_PANEL_API_BASE is '{Given}': it must not end with /api; taken as {Base}", given, settings.MainPanel.Prefix);
            }

            if (Auth.CallerTokens.ExpiryOf(settings.SystemToken) <= clock.GetUtcNow())
            {
                log.LogWarning("SYSTEM_JWT_TOKEN has expired; callers are served, but /api/health/ready will say system_token_refused");
            }

            log.LogInformation("The main panel is {Base}", settings.MainPanel.Prefix);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
