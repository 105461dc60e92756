using Polly.Timeout;

namespace MultiPanel.Proxmox.Http;

/// <summary>An endpoint that gave no answer.</summary>
/// <param name="MaybeSent">False where it is certain that Proxmox saw nothing of the call.</param>
internal sealed record EndpointFailure(Uri Endpoint, bool MaybeSent, Exception Cause)
{
    public bool TimedOut => MaybeSent && Cause is TimeoutRejectedException;

    public CertificateRefusedException? Certificate => Causes().OfType<CertificateRefusedException>().FirstOrDefault();

    public string Text => Cause switch
    {
        _ when Certificate is { } refused => refused.Message,
        TimeoutRejectedException timeout => $"{Endpoint.Authority} did not answer within {timeout.Timeout.TotalSeconds:0.#} s.",
        OperationCanceledException => $"{Endpoint.Authority}: no connection in time.",
        _ => $"{Endpoint.Authority}: {Causes().Last().Message}",
    };

    private IEnumerable<Exception> Causes()
    {
        for (var cause = Cause; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
