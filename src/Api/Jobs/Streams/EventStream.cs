using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>Writes Server-Sent Events. What is written leaves with the next flush; nothing on the way may hold it back.</summary>
internal sealed class EventStream(HttpContext context, CancellationToken ending)
{
    /// <summary>For nginx.</summary>
    private const string AccelBuffering = "X-Accel-Buffering";

    /// <summary>Written but not flushed bytes from which a flush is due: what Kestrel buffers for one response by default.</summary>
    private const int FlushAt = 64 * 1024;

    private const int LongestNumber = 20;

    private PipeWriter Body => context.Response.BodyWriter;

    public bool HasStarted => context.Response.HasStarted;

    /// <summary>The last event that the client has seen, as it says; 0: none.</summary>
    public long LastEventId => long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : 0;

    public async Task StartAsync()
    {
        if (context.Response.HasStarted)
        {
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers[AccelBuffering] = "no";
        await context.Response.StartAsync(ending);
        await FlushAsync();
    }

    /// <summary>Writes an event; flushes only what has become much.</summary>
    /// <param name="id">Null: not one to resume from.</param>
    /// <param name="data">JSON on one line, in UTF-8.</param>
    public async ValueTask WriteAsync(long? id, byte[] data)
    {
        await StartAsync();
        if (id is { } number)
        {
            Body.Write("id: "u8);
            Utf8Formatter.TryFormat(number, Body.GetSpan(LongestNumber), out var length);
            Body.Advance(length);
            Body.Write("\n"u8);
        }

        Body.Write("event: job\ndata: "u8);
        Body.Write(data);
        Body.Write("\n\n"u8);
        if (Body.UnflushedBytes > FlushAt)
        {
            await FlushAsync();
        }
    }

    public void WriteKeepAlive() => Body.Write(": keep-alive\n\n"u8);

    public async ValueTask FlushAsync() => await Body.FlushAsync(ending);

    /// <summary>Lets a browser know that there is nothing left to reconnect for (WHATWG HTML, 9.2.5).</summary>
    public void EndForGood() => context.Response.StatusCode = StatusCodes.Status204NoContent;
}
