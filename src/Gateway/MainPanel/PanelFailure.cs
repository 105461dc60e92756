using MultiPanel.Gateway.Http;
using MultiPanel.Gateway.Tls;

namespace MultiPanel.Gateway.MainPanel;

/// <summary>The answer to a caller whose request the main panel did not answer.</summary>
internal static class PanelFailure
{
    public const string Unavailable = "main_panel_unavailable";

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);

    /// <param name="changes">The request may have changed something, if it arrived.</param>
    public static Problem Explain(Exception? failure, bool changes)
    {
        var causes = Causes(failure).ToList();
        if (causes.OfType<CertificateRefusedException>().FirstOrDefault() is { } refused)
        {
            return new Problem(
                StatusCodes.Status502BadGateway,
                refused.Code,
                "The main panel does not show the certificate that is expected of it, so nothing was sent. The gateway's log has what it shows and what to do.")
            {
                Internals = refused.Message,
            };
        }

        if (causes.OfType<BadHttpRequestException>().FirstOrDefault() is { } bad)
        {
            return Problem.Bare(bad.StatusCode);
        }

        return Unreachable(changes && !causes.Exists(NothingWasSent)
            ? "The main panel went away before it answered, so whether it took the command is not known. "
                + "Look at the jobs before sending it again, or send it with the same Idempotency-Key."
            : "The main panel cannot be reached at the moment; nothing was changed. Try again shortly: the gateway goes on by itself as soon as it is back.");
    }

    /// <summary>The caller's fault: a body that is too large, or whose chunks are not well-formed.</summary>
    public static Problem UnreadableBody(Exception? failure) =>
        Problem.Bare(Causes(failure).OfType<BadHttpRequestException>().FirstOrDefault()?.StatusCode ?? StatusCodes.Status400BadRequest);

    public static Problem Unreachable(string detail) => new(StatusCodes.Status503ServiceUnavailable, Unavailable, detail) { RetryAfter = Again };

    /// <summary>A connect that timed out is a cancellation with a <see cref="TimeoutException"/> inside; nothing else on the way has one.</summary>
    private static bool NothingWasSent(Exception cause) => cause is TimeoutException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
    };

    private static IEnumerable<Exception> Causes(Exception? failure) => failure switch
    {
        null => [],
        AggregateException several => several.InnerExceptions.SelectMany(Causes),
        _ => Causes(failure.InnerException).Prepend(failure),
    };
}
