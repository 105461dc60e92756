using System.Diagnostics;

namespace MultiPanel.Bench.Stack;

/// <summary>Clients that send one command after the other for a while: the same load for each server.</summary>
internal static class CommandLoad
{
    private const int Clients = 32;

    /// <param name="path">Of the n-th command.</param>
    /// <returns>Accepted commands, in how many seconds, and how long each took in ms.</returns>
    public static async Task<(int Accepted, double Seconds, IReadOnlyList<double> Took)> RunAsync(
        Uri address, string token, Func<int, string> path, TimeSpan length, CancellationToken stopping)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Clients }) { BaseAddress = address };
        var number = -1;
        var watch = Stopwatch.StartNew();
        var took = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            var mine = new List<double>();
            while (watch.Elapsed < length)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path(Interlocked.Increment(ref number)));
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
                var begin = watch.Elapsed.TotalMilliseconds;
                using var answer = await http.SendAsync(request, stopping);
                if ((int)answer.StatusCode != 202)
                {
                    throw new HttpRequestException($"{request.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stopping)}");
                }

                mine.Add(watch.Elapsed.TotalMilliseconds - begin);
            }

            return mine;
        }));
        var all = took.SelectMany(mine => mine).ToList();
        return (all.Count, watch.Elapsed.TotalSeconds, all);
    }
}
