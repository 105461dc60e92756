using System.Globalization;
using MultiPanel.Simulator.Access;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Http;

/// <summary>What one node's pveproxy does with a request: signs in, finds the method, checks, proxies, runs.</summary>
internal sealed class ApiPipeline(Cluster cluster, string node, ApiRouter router)
{
    private const string Prefix = "/api2/json";

    // How often a call that waits for a lock looks again.
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(250);

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.Date = cluster.Options.Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        var path = context.Request.Path.Value ?? "/";
        if (!path.StartsWith(Prefix, StringComparison.Ordinal))
        {
            await ResponseWriter.TextAsync(context, 501, $"path '{path}' not implemented by the simulator");
            return;
        }

        try
        {
            await HandleApiAsync(context, RawPath(context)[Prefix.Length..]);
        }
        catch (PveException error)
        {
            await DelayAsync(cluster.Scaled(error.After), context);
            await ResponseWriter.ErrorAsync(context, error);
        }
    }

    private async Task HandleApiAsync(HttpContext context, string path)
    {
        var request = context.Request;
        var method = router.Find(request.Method, path, out var variables);
        cluster.Calls.Add($"{request.Method} {method?.Path ?? path}");
        var fault = cluster.Faults.Match(request.Method, path, node);
        await DelayAsync(fault.Delay, context);
        if (fault.Error is { } injected)
        {
            throw injected;
        }

        if (RequestReader.RefusalBeforeSignIn(request) is { } early)
        {
            await ResponseWriter.TextAsync(context, 501, early);
            return;
        }

        var caller = SignIn(request, path);
        if (RequestReader.Refusal(request) is { } refusal)
        {
            await ResponseWriter.TextAsync(context, 501, refusal);
            return;
        }

        var given = await RequestReader.ReadAsync(request);
        if (method is null)
        {
            throw new PveException($"Method '{request.Method} {path}' not implemented", 501);
        }

        foreach (var (name, value) in variables)
        {
            given[name] = [value];
        }

        var call = new ApiCall(cluster, node, caller, given);
        CheckPermission(method, call, path);
        var target = await ProxyAsync(call, context);
        if (context.WebSockets.IsWebSocketRequest || method.Path.EndsWith("/vncwebsocket", StringComparison.Ordinal))
        {
            call.Params = ParameterVerifier.Verify(method.Parameters, given);
            await ConsoleRelay.ServeAsync(context, call);
            return;
        }

        var body = await RunAsync(method, call, context);
        if (method.IsProtected && cluster.Faults.Hangs(target))
        {
            await DelayAsync(cluster.Scaled(30), context);
            throw new PveException("Connection timed out", 596) { EmptyBody = true };
        }

        if (fault.LoseAnswer)
        {
            context.Abort();
            return;
        }

        await ResponseWriter.DataAsync(context, body);
    }

    private Caller SignIn(HttpRequest request, string path)
    {
        if (path is "/access/ticket" || (path is "/access/domains" && request.Method == "GET"))
        {
            return Caller.Anonymous;
        }

        lock (cluster.Gate)
        {
            cluster.Advance();
            return cluster.Tickets.SignIn(request);
        }
    }

    private void CheckPermission(ApiMethod method, ApiCall call, string path)
    {
        if (method.NeedsTicket && call.Caller.IsToken)
        {
            throw new PveException($"Permission check failed (URI '{path}' not available with API token, need proper ticket.\n)", 403);
        }

        lock (cluster.Gate)
        {
            method.Permission?.Invoke(call);
        }
    }

    /// <summary>Goes to the node that the path names; answers what pveproxy answers when it cannot.</summary>
    private async Task<string> ProxyAsync(ApiCall call, HttpContext context)
    {
        if (!call.Given.TryGetValue("node", out var named) || named[0] == node)
        {
            return node;
        }

        var target = named[0];
        if (cluster.Node(target) is null)
        {
            throw new PveException($"hostname lookup '{target}' failed - failed to get address info for: {target}: Temporary failure in name resolution");
        }

        if (cluster.Faults.Unreachable(target) is { } answer)
        {
            await DelayAsync(cluster.Scaled(answer.After), context);
            throw new PveException(answer.Reason, 595) { EmptyBody = true };
        }

        return target;
    }

    private async Task<byte[]> RunAsync(ApiMethod method, ApiCall call, HttpContext context)
    {
        DateTimeOffset? deadline = null;
        while (true)
        {
            LockHeldException held;
            try
            {
                byte[] body;
                lock (cluster.Gate)
                {
                    cluster.Advance();
                    call.Params = ParameterVerifier.Verify(method.Parameters, call.Given);
                    var data = method.Handler(call);
                    if (method.Verb != "GET")
                    {
                        cluster.Changed();
                    }

                    body = ResponseWriter.Body(data, call.Total); // under the lock: the data may be a view of the state
                }

                await (method.Verb == "GET" ? Task.CompletedTask : cluster.Saved());
                return body;
            }
            catch (LockHeldException waiting)
            {
                held = waiting;
            }

            var now = cluster.Options.Clock.GetUtcNow();
            deadline ??= now + cluster.Scaled(held.Timeout);
            if (now >= deadline)
            {
                throw new PveException(held.Message);
            }

            var pause = cluster.Scaled(LockPoll);
            await DelayAsync(deadline.Value - now < pause ? deadline.Value - now : pause, context);
        }
    }

    private Task DelayAsync(TimeSpan delay, HttpContext context) =>
        delay > TimeSpan.Zero ? Task.Delay(delay, cluster.Options.Clock, context.RequestAborted) : Task.CompletedTask;

    /// <summary>The path with its escapes: volume ids and UPIDs hold slashes and colons.</summary>
    private static string RawPath(HttpContext context)
    {
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        return target.Split('?', 2)[0];
    }
}
