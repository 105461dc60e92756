using System.Globalization;
using MultiPanel.Bench.Counters;

namespace MultiPanel.Bench.Stack;

/// <summary>
/// Jobs of the past, copied from one that really ran, straight into the database: two days ago and older, with four kinds,
/// three final statuses and 300 targets among them. 16 of these have the first thousand jobs and no later ones, so a page full
/// each. The columns are asked for, so that the table may change.
/// </summary>
internal static class PastJobs
{
    private static readonly string[] Times = ["created_at", "queued_at", "started_at", "finished_at", "dispatched_at"];

    /// <param name="from">Number of the first one; numbers are not used twice.</param>
    /// <param name="company">Whose they are; null: as the copied one's.</param>
    public static async Task AddAsync(Database database, int from, int count, int? company = null)
    {
        var columns = (await database.TextAsync(
            "SELECT GROUP_CONCAT(CONCAT(column_name, ' ', data_type) ORDER BY ordinal_position) FROM information_schema.columns "
            + "WHERE table_schema = DATABASE() AND table_name = 'jobs' AND generation_expression IS NULL")).Split(',').Select(column => column.Split(' ')).ToList();
        var names = string.Join(", ", columns.Select(column => column[0]));
        var values = string.Join(", ", columns.Select(column => Value(column[0], column[1], company)));
        await database.RunAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"INSERT INTO jobs ({names}) SELECT {values} FROM (SELECT * FROM jobs WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1) job CROSS JOIN seq_{from}_to_{from + count - 1}"));
        await database.RunAsync("ANALYZE TABLE jobs");
    }

    private static string Value(string column, string type, int? company) => column switch
    {
        "id" when type == "binary" => $"UNHEX(REPLACE({Uuid}, '-', ''))",
        "id" => Uuid,
        "status" when type != "int" => "CASE WHEN seq % 20 = 0 THEN 'failed' WHEN seq % 50 = 1 THEN 'cancelled' ELSE 'succeeded' END",
        "kind" => "ELT(1 + seq % 4, 'vm.start', 'vm.stop', 'vm.reboot', 'vm.snapshot')",
        "target_type" => "'vm'",
        "target_id" => "IF(seq <= 1000, 1 + seq % 16, 17 + seq % 284)",
        "company_id" when company is { } id => id.ToString(CultureInfo.InvariantCulture),
        _ when Times.Contains(column) => $"{column} - INTERVAL 172800 + seq SECOND",
        _ => column,
    };

    /// <summary>Of version 7 (RFC 9562, 5.7): the milliseconds of its time, then what makes it unique.</summary>
    private const string Uuid =
        "LOWER(CONCAT(INSERT(LPAD(HEX(FLOOR((UNIX_TIMESTAMP(job.created_at) - 172800 - seq) * 1000)), 12, '0'), 9, 0, '-'), "
        + "'-7', LPAD(HEX(seq % 4096), 3, '0'), '-8', LPAD(HEX(seq DIV 4096), 3, '0'), '-', LPAD(HEX(seq), 12, '0')))";
}
