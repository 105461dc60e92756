using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace MultiPanel.Api.Jobs.Streams;

/// <summary>Writes Server-Sent Events. Every event leaves at once; nothing on the way may hold it back.</summary>
internal sealed class EventStream(HttpContext context, CancellationToken ending)
{
    /// <summary>For nginx.</summary>
    private const string AccelBuffering = "X-Accel-Buffering";

    public bool HasStarted => context.Response.HasStarted;

    /// <summary>The last event that the client has seen; 0: none.</summary>
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
        await context.Response.BodyWriter.FlushAsync(ending);
    }

    /// <param name="id">Null: not one to resume from.</param>
    /// <param name="data">JSON on one line.</param>
    public async Task SendAsync(long? id, string data)
    {
        await StartAsync();
        var number = id is null ? "" : string.Create(CultureInfo.InvariantCulture, $"id: {id}\n");
        await WriteAsync($"{number}event: job\ndata: {data}\n\n");
    }

    public Task KeepAliveAsync() => WriteAsync(": keep-alive\n\n");

    /// <summary>Tells a browser that there is nothing left to reconnect for (WHATWG HTML, 9.2.5).</summary>
    public void EndForGood() => context.Response.StatusCode = StatusCodes.Status204NoContent;

    private async Task WriteAsync(string text)
    {
        Encoding.UTF8.GetBytes(text, context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(ending);
    }
}
