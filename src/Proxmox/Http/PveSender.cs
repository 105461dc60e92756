using System.Net.WebSockets;
using Microsoft.Extensions.Logging;
using MultiPanel.Proxmox.Errors;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace MultiPanel.Proxmox.Http;

/// <summary>Sends a call to the first endpoint that answers.</summary>
internal sealed class PveSender : IAsyncDisposable
{
    private readonly PveConnection connection;
    private readonly ILogger logger;
    private readonly CertificatePolicy certificates;
    private readonly EndpointRing endpoints;
    private readonly PveLine[] pooled;
    private readonly PvePipelines pipelines;

    public PveSender(PveConnection connection, ILogger logger, TimeProvider time)
    {
        this.connection = connection;
        this.logger = logger;
        certificates = new CertificatePolicy(connection);
        var bases = PveRequest.Bases(connection.Endpoints);
        endpoints = new EndpointRing(bases, connection.EndpointRest, time);
        pooled = [.. bases.Select(endpoint => PveLine.Pooled(endpoint, connection, certificates))];
        pipelines = new PvePipelines(connection, time);
    }

    public Task<PveAnswer> SendAsync(PveCall call, Pass pass, CancellationToken ct) =>
        ThroughPipelineAsync(call, (endpoint, line, token) => ExchangeAsync(call, pass, endpoint, line, token), ct);

    /// <summary>Over a connection of its own, which the socket keeps.</summary>
    public Task<WebSocket> WebSocketAsync(PveCall call, Pass pass, CancellationToken ct) =>
        ThroughPipelineAsync(call, (endpoint, line, token) => PveRequest.OpenSocketAsync(call, pass, endpoint, line, token), ct);

    public ValueTask DisposeAsync()
    {
        foreach (var line in pooled)
        {
            line.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task<T> ThroughPipelineAsync<T>(PveCall call, Func<Uri, PveLine, CancellationToken, Task<T>> exchange, CancellationToken ct)
    {
        var pipeline = call.Repeatable ? pipelines.Repeatable : pipelines.Once;
        try
        {
            return await pipeline.ExecuteAsync(async token => await SweepAsync(call, exchange, token), ct);
        }
        catch (BrokenCircuitException open)
        {
            var last = open.InnerException as PveUnreachableException;
            var text = $"No endpoint answered lately ({last?.Text ?? "circuit open"}); not tried again yet.";
            throw new PveUnreachableException(call.Fault(text) with { Cause = open }, last?.TlsRefused ?? false) { RetryAfter = open.RetryAfter };
        }
        catch (TimeoutRejectedException timeout)
        {
            throw new PveTimeoutException(call.Fault($"No answer within {timeout.Timeout.TotalSeconds:0.#} s.") with { Cause = timeout, OutcomeUnknown = call.HasEffect });
        }
    }

    private async Task<T> SweepAsync<T>(PveCall call, Func<Uri, PveLine, CancellationToken, Task<T>> exchange, CancellationToken ct)
    {
        List<EndpointFailure> failures = [];
        foreach (var index in endpoints.Order())
        {
            var endpoint = endpoints[index];
            try
            {
                var answer = await AttemptAsync(index, call, exchange, ct);
                if (answer.Failure is null)
                {
                    endpoints.Answered(index);
                    return answer.Value!;
                }

                endpoints.Failed(index);
                failures.Add(answer.Failure);
                logger.LogWarning("{Endpoint} gave no answer to {Method} {Path}: {Why}", endpoint.Authority, call.Method, call.Path, answer.Failure.Text);
                if (answer.Failure.MaybeSent && !call.Repeatable)
                {
                    break;
                }
            }
            catch (PveException refusal)
            {
                endpoints.Answered(index);
                if (refusal is PveNodeUnreachableException)
                {
                    endpoints.PassOn(index);
                }

                throw;
            }
        }

        throw NoAnswer(call, failures);
    }

    private async Task<(T? Value, EndpointFailure? Failure)> AttemptAsync<T>(
        int index,
        PveCall call,
        Func<Uri, PveLine, CancellationToken, Task<T>> exchange,
        CancellationToken ct)
    {
        using var own = call.HasBody || call is { Changes: false, Repeatable: true } ? null : PveLine.Once(endpoints[index], connection, certificates);
        try
        {
            return (await pipelines.Attempt.ExecuteAsync(async token => await exchange(endpoints[index], own ?? pooled[index], token), ct), null);
        }
        catch (Exception failure) when (IsTransportFailure(failure) && !ct.IsCancellationRequested)
        {
            return (default, new EndpointFailure(endpoints[index], own is null ? !PveRequest.NeverConnected(failure) : own.Established, failure));
        }
    }

    private static async Task<PveAnswer> ExchangeAsync(PveCall call, Pass pass, Uri endpoint, PveLine line, CancellationToken ct)
    {
        using var request = PveRequest.Of(call, pass, endpoint);
        using var response = await line.Invoker.SendAsync(request, ct);
        return await PveResponse.ReadAsync(call, response, ct);
    }

    private static bool IsTransportFailure(Exception failure) =>
        failure is HttpRequestException or IOException or OperationCanceledException or TimeoutRejectedException or WebSocketException;

    private static PveException NoAnswer(PveCall call, List<EndpointFailure> failures)
    {
        var sent = failures.Any(failure => failure.MaybeSent);
        var fault = call.Fault(string.Join(" ", failures.Select(failure => failure.Text))) with
        {
            Cause = failures[^1].Cause,
            OutcomeUnknown = call.HasEffect && sent,
        };
        return failures.Exists(failure => failure.TimedOut)
            ? new PveTimeoutException(fault)
            : new PveUnreachableException(fault, tlsRefused: failures.TrueForAll(failure => failure.Certificate is not null)) { NobodyAnswered = !sent };
    }
}
