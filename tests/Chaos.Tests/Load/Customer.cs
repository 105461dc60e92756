using System.Net;
using System.Text.Json;
using MultiPanel.Contracts.Jobs;
using MultiPanel.TestKit.Processes;

namespace MultiPanel.Chaos.Tests.Load;

/// <summary>A company's script: it sends a command again, under the same key, until it has an answer.</summary>
public sealed class Customer(PanelClient panel, Tally tally, CancellationToken limit)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>A stream that stays silent is left after this, and the job read.</summary>
    private static readonly TimeSpan Stream = TimeSpan.FromSeconds(15);

    /// <returns>The job; null: refused, and why.</returns>
    public async Task<(Guid? Job, string Refusal)> CommandAsync(HttpMethod method, string path, object? body, string what)
    {
        var key = $"{Guid.NewGuid():N}";
        var (status, text) = await UntilAnsweredAsync(() => panel.SendAsync(method, path, body, key, limit), $"{method} {path}");
        if (status != HttpStatusCode.Accepted)
        {
            return (null, $"{(int)status} {text}");
        }

        var job = JsonDocument.Parse(text).RootElement.GetProperty("data").GetProperty("job_id").GetGuid();
        tally.Accept(job, what);
        return (job, "");
    }

    public async Task CancelAsync(Guid job) =>
        await UntilAnsweredAsync(() => panel.SendAsync(HttpMethod.Post, $"/api/jobs/{job}/cancel", null, $"{Guid.NewGuid():N}", limit), $"cancel {job}");

    /// <returns>False: it cannot be tried again.</returns>
    public async Task<bool> RetryAsync(Guid job)
    {
        var key = $"{Guid.NewGuid():N}";
        var (status, text) = await UntilAnsweredAsync(() => panel.SendAsync(HttpMethod.Post, $"/api/jobs/{job}/retry", null, key, limit), $"retry {job}");
        if (status is not (HttpStatusCode.Accepted or HttpStatusCode.Conflict))
        {
            tally.Complaints.Enqueue($"retry {job} was answered {(int)status}: {text}");
        }

        return status == HttpStatusCode.Accepted;
    }

    /// <summary>Follows the job to its end.</summary>
    public async Task<JobView> EndAsync(Guid job)
    {
        while (true)
        {
            await FollowAsync(job);
            var seen = await ReadAsync<JobView>($"/api/jobs/{job}");
            if (seen is { Status: JobStatus.Succeeded or JobStatus.Failed or JobStatus.Cancelled })
            {
                tally.End();
                return seen;
            }
        }
    }

    /// <returns>Null: there is no such thing.</returns>
    public async Task<T?> ReadAsync<T>(string path) where T : class
    {
        var (status, text) = await UntilAnsweredAsync(() => panel.SendAsync(HttpMethod.Get, path, null, "-", limit), $"GET {path}");
        return status == HttpStatusCode.OK ? PanelClient.Parse<T>(text) : null;
    }

    private async Task FollowAsync(Guid job)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit);
        patience.CancelAfter(Stream);
        try
        {
            await panel.FollowAsync(job, patience.Token);
        }
        catch (Exception lost) when (lost is HttpRequestException or IOException || (lost is OperationCanceledException && !limit.IsCancellationRequested))
        {
            // The API or its database went down; the job is read again.
        }
    }

    private async Task<(HttpStatusCode Status, string Text)> UntilAnsweredAsync(Func<Task<HttpResponseMessage>> send, string what)
    {
        using var again = new PeriodicTimer(Pause);
        while (true)
        {
            try
            {
                using var response = await send();
                var text = await response.Content.ReadAsStringAsync(limit);
                if (response.StatusCode < HttpStatusCode.InternalServerError)
                {
                    return (response.StatusCode, text);
                }

                if (response.StatusCode != HttpStatusCode.ServiceUnavailable)
                {
                    tally.Complaints.Enqueue($"{what} was answered {(int)response.StatusCode}: {text}");
                }
            }
            catch (Exception lost) when (lost is HttpRequestException or IOException)
            {
                // The API is down; the same again.
            }

            await again.WaitForNextTickAsync(limit);
        }
    }
}
