namespace MultiPanel.Integration.Tests.Budget;

/// <summary>What the API and the workers did, or one job's share of it.</summary>
/// <param name="ProxmoxCalls">Requests to the API of Proxmox.</param>
/// <param name="Statements">Commands to MariaDB, those of transactions and pings too.</param>
/// <param name="RedisRoundTrips">Commands that clients sent to Redis; a script is one.</param>
/// <param name="Messages">Messages published to RabbitMQ.</param>
internal readonly record struct Spending(double ProxmoxCalls, double Statements, double RedisRoundTrips, double Messages)
{
    public static Spending operator -(Spending all, Spending part) => new(
        all.ProxmoxCalls - part.ProxmoxCalls, all.Statements - part.Statements, all.RedisRoundTrips - part.RedisRoundTrips, all.Messages - part.Messages);

    public static Spending operator *(Spending one, double times) =>
        new(one.ProxmoxCalls * times, one.Statements * times, one.RedisRoundTrips * times, one.Messages * times);

    public static Spending operator /(Spending all, double parts) => all * (1 / parts);

    public override string ToString() =>
        $"{ProxmoxCalls:0.0} Proxmox calls, {Statements:0.0} SQL statements, {RedisRoundTrips:0.0} Redis round trips, {Messages:0.0} messages";
}
