using System.Text.Json;
using MultiPanel.Proxmox.Errors;

namespace MultiPanel.Proxmox.Http;

/// <summary>An HTTP answer as data, or as the exception that it means.</summary>
internal static class PveResponse
{
    public static async Task<PveAnswer> ReadAsync(PveCall call, HttpResponseMessage response, CancellationToken ct)
    {
        var body = Parse(await BytesAsync(call, response, ct));
        if (response.IsSuccessStatusCode)
        {
            return body is { } root
                ? new PveAnswer(root.Field("data"), root.Int("total"), response.Headers.Date)
                : throw new PveAnswerException(call.Fault("The answer is not JSON; is this a Proxmox VE?") with { Status = (int)response.StatusCode, OutcomeUnknown = call.HasEffect });
        }

        var status = (int)response.StatusCode;
        var text = Words(body, response.ReasonPhrase);
        var fields = body?.Field("errors").Fields().ToDictionary(field => field.Name, field => (field.Value.Scalar() ?? "").Trim());
        throw PveErrors.OfAnswer(
            call.Fault(text) with
            {
                Status = status,
                ReasonPhrase = response.ReasonPhrase,
                OutcomeUnknown = call.HasEffect && PveErrors.LeavesOutcomeUnknown(status, text),
            },
            fields);
    }

    private static async Task<byte[]> BytesAsync(PveCall call, HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(call.MostBytes, ct);
        }
        catch (HttpRequestException tooLong) when (tooLong.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new PveAnswerException(call.Fault($"The answer is longer than {call.MostBytes >> 20} MiB.") with { Status = (int)response.StatusCode, OutcomeUnknown = call.HasEffect });
        }

        return await response.Content.ReadAsByteArrayAsync(ct);
    }

    /// <summary>The body has all lines of the text, but before pve-http-server 5.2 none; the reason phrase has the first.</summary>
    private static string Words(JsonElement? body, string? reason) =>
        body?.Text("message")?.Trim() is { Length: > 0 } message ? message : reason?.Trim() ?? "";

    private static JsonElement? Parse(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<JsonElement>(bytes);
        }
        catch (JsonException)
        {
            return null; // Errors of the HTTP server itself are plain text, the same as the reason phrase.
        }
    }
}
