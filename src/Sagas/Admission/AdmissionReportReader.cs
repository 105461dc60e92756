using System.Globalization;
using MultiPanel.Contracts.Admission;
using StackExchange.Redis;

namespace MultiPanel.Sagas.Admission;

/// <summary>Makes the report of what <c>report.lua</c> read: above all the order in which round robin will serve the waiters.</summary>
internal static class AdmissionReportReader
{
    public static AdmissionReport Read(RedisResult[] answer, AdmissionLimits defaults)
    {
        var limits = (string)answer[1]!;
        return new AdmissionReport
        {
            Complete = (int)answer[0] == 1,
            Limits = limits.Length == 0 ? defaults : LimitsJson.Read(limits),
            Holders = [.. Rows(answer[2], 2).Select(row => new AdmissionHolder(
                AdmissionEntry.Read(row[0]).ToGrant(), DateTimeOffset.FromUnixTimeMilliseconds((long)Number(row[1]))))],
            Waiters = [.. InOrder(
                [.. Rows(answer[3], 2).Select(row => new Waiter(AdmissionEntry.Read(row[0]), Number(row[1])))],
                Rows(answer[4], 4).ToDictionary(row => (row[0], row[1], row[2]), row => Number(row[3])))],
            Slowed = [.. Rows(answer[5], 3).Select(row => new SlowedNode(row[1], row[0], int.Parse(row[2], CultureInfo.InvariantCulture)))],
        };
    }

    private static IEnumerable<AdmissionWaiter> InOrder(Waiter[] waiters, Dictionary<(string, string, string), double> turns)
        => waiters
            .GroupBy(waiter => waiter.Entry.Group)
            .OrderBy(line => line.Key, StringComparer.Ordinal)
            .SelectMany(line => line
                .GroupBy(waiter => (waiter.Entry.Priority, waiter.Entry.Company))
                .SelectMany(company => company
                    .OrderBy(waiter => waiter.Arrival)
                    .Select((waiter, round) => (
                        waiter.Entry,
                        Round: round,
                        Turn: turns[(company.Key.Priority, line.Key, company.Key.Company)])))
                .OrderBy(place => place.Entry.Priority, StringComparer.Ordinal)
                .ThenBy(place => place.Round)
                .ThenBy(place => place.Turn)
                .Select((place, index) => new AdmissionWaiter(place.Entry.ToGrant(), index + 1)));

    private static IEnumerable<string[]> Rows(RedisResult flat, int columns) => ((string[])flat!).Chunk(columns);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Waiter(AdmissionEntry Entry, double Arrival);
}
