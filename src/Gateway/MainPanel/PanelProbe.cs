using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using MultiPanel.Contracts.Health;
using MultiPanel.Gateway.Http;
using MultiPanel.Gateway.Settings;

namespace MultiPanel.Gateway.MainPanel;

/// <summary>Whether the main panel answers and takes the gateway's own token.</summary>
internal sealed class PanelProbe(PanelConnection panel, GatewaySettings settings, TimeProvider clock, ILogger<PanelProbe> log) : IDisposable
{
    public const string SystemTokenRefused = "system_token_refused";

    private const string Panel = "main_panel", Token = "system_token";

    /// <summary>Any client may ask; the main panel is asked no more often than this.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim one = new(1);
    private (DateTimeOffset At, Sight Sight)? last;

    /// <param name="Problem">Null: ready.</param>
    public sealed record Sight(IReadOnlyDictionary<string, DependencyView> Dependencies, Problem? Problem);

    public async Task<Sight> LookAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            if (last is { } known && clock.GetUtcNow() - known.At < Fresh)
            {
                return known.Sight;
            }

            var sight = await AskAsync(cancellation);
            if (sight.Problem is { } problem && problem.Code != last?.Sight.Problem?.Code)
            {
                log.LogWarning("Not ready, {Code}: {Why}", problem.Code, problem.Internals ?? problem.Detail);
            }

            last = (clock.GetUtcNow(), sight);
            return sight;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<Sight> AskAsync(CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(CallTimeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{panel.Prefix}/api/vdi-integration/auth/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.SystemToken);
        try
        {
            using var answer = await panel.Messages.SendAsync(request, timeout.Token);
            return Judge(answer.StatusCode, watch.Elapsed.TotalMilliseconds);
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            var problem = PanelFailure.Explain(failure, changes: false);
            return Down(Panel, problem, watch.Elapsed.TotalMilliseconds);
        }
    }

    private static Sight Judge(HttpStatusCode status, double milliseconds) => (int)status switch
    {
        >= 200 and < 300 => new Sight(
            new Dictionary<string, DependencyView>
            {
                [Panel] = new(DependencyState.Up, milliseconds, null),
                [Token] = new(DependencyState.Up, milliseconds, null),
            },
            null),
        401 or 403 => Down(
            Token,
            new Problem(
                StatusCodes.Status503ServiceUnavailable,
                SystemTokenRefused,
                "The main panel refuses SYSTEM_JWT_TOKEN: it has expired, or its user is gone or inactive. Make a new one and restart the gateway."),
            milliseconds),
        var other => Down(Panel, PanelFailure.Unreachable($"The main panel answers, but with status {other}; is MAIN_PANEL_API_BASE a main panel?"), milliseconds),
    };

    private static Sight Down(string what, Problem problem, double milliseconds)
    {
        var dependencies = new Dictionary<string, DependencyView> { [what] = new(DependencyState.Down, milliseconds, problem.Detail) };
        if (what == Token)
        {
            dependencies[Panel] = new DependencyView(DependencyState.Up, milliseconds, null);
        }

        return new Sight(dependencies, problem);
    }
}
