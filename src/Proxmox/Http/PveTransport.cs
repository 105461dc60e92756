using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Proxmox.Http;

/// <summary>Signs calls in, sends them through the pipelines, and turns what comes back into answers or exceptions.</summary>
internal sealed class PveTransport : IAsyncDisposable
{
    private readonly SignIn signIn;
    private readonly PveSender sender;

    public PveTransport(PveConnection connection, ILogger logger, TimeProvider time)
    {
        sender = new PveSender(connection, logger, time);
        signIn = SignIn.For(connection.Credential, sender, logger, time);
    }

    public Task<PveAnswer> GetAsync(string path, PveForm? parameters, CancellationToken ct) =>
        SendAsync(new PveCall(HttpMethod.Get, path, parameters), ct);

    /// <summary>Rows. An answer that is no list is an error, not an empty list: "not listed" must mean that.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string path, PveForm? parameters, Func<JsonElement, T> row, CancellationToken ct) =>
        [.. (await GetAsync(path, parameters, JsonValueKind.Array, ct)).EnumerateArray().Select(row)];

    public Task<JsonElement> ObjectAsync(string path, PveForm? parameters, CancellationToken ct) =>
        GetAsync(path, parameters, JsonValueKind.Object, ct);

    public Task<PveAnswer> SendAsync(PveCall call, CancellationToken ct) =>
        WithPassAsync(pass => sender.SendAsync(call, pass, ct), ct);

    public Task<WebSocket> WebSocketAsync(string path, PveForm parameters, CancellationToken ct) =>
        WithPassAsync(pass => sender.WebSocketAsync(new PveCall(HttpMethod.Get, path, parameters) { Repeatable = false }, pass, ct), ct);

    public Task CheckSignInAsync(CancellationToken ct) => signIn.CheckAsync(ct);

    public async ValueTask DisposeAsync()
    {
        signIn.Dispose();
        await sender.DisposeAsync();
    }

    private async Task<JsonElement> GetAsync(string path, PveForm? parameters, JsonValueKind kind, CancellationToken ct)
    {
        var data = (await GetAsync(path, parameters, ct)).Data;
        return data.ValueKind == kind
            ? data
            : throw new PveAnswerException(new PveFault("GET", path, $"Proxmox answered with {data.ValueKind} where {kind} is due.") { Status = 200 });
    }

    /// <summary>A refused sign-in (401) had no effect, so even a changing call may be sent once more with a new ticket.</summary>
    private async Task<T> WithPassAsync<T>(Func<Pass, Task<T>> send, CancellationToken ct)
    {
        var pass = await signIn.PassAsync(refused: null, ct);
        try
        {
            return await send(pass);
        }
        catch (PveAuthenticationException) when (signIn.CanRenew)
        {
            return await send(await signIn.PassAsync(refused: pass, ct));
        }
    }
}
