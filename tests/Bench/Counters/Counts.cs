namespace MultiPanel.Bench.Counters;

/// <summary>Everything that is counted, at a moment or between two.</summary>
internal sealed record Counts
{
    public double Seconds { get; init; }

    /// <summary>Of the API of Proxmox.</summary>
    public double ProxmoxCalls { get; init; }

    /// <summary>Commands of MariaDB's clients, resets of connections included.</summary>
    public double Statements { get; init; }

    /// <summary>What taking pooled connections costs: resets of their state and the SET NAMES after each.</summary>
    public double Resets { get; init; }

    /// <summary>INSERT, UPDATE, DELETE and their kin.</summary>
    public double Writes { get; init; }

    /// <summary>Those within scripts included.</summary>
    public double RedisCommands { get; init; }

    public double RedisScripts { get; init; }

    /// <summary>Messages that RabbitMQ was given.</summary>
    public double Messages { get; init; }

    /// <summary>CPU of the Api, in seconds.</summary>
    public double ApiCpu { get; init; }

    /// <summary>CPU of all workers, in seconds.</summary>
    public double WorkerCpu { get; init; }

    /// <summary>CPU of the servers behind them, in seconds: MariaDB, Redis and RabbitMQ; the rival's Redis.</summary>
    public double StoreCpu { get; init; }

    public double Cpu => ApiCpu + WorkerCpu;

    public static Counts operator -(Counts left, Counts right) => left.With(right, (one, other) => one - other);

    public static Counts operator /(Counts left, double divisor) => left.With(left, (one, _) => one / divisor);

    public static Counts operator *(Counts left, double factor) => left.With(left, (one, _) => one * factor);

    private Counts With(Counts other, Func<double, double, double> combine) => new()
    {
        Seconds = combine(Seconds, other.Seconds),
        ProxmoxCalls = combine(ProxmoxCalls, other.ProxmoxCalls),
        Statements = combine(Statements, other.Statements),
        Resets = combine(Resets, other.Resets),
        Writes = combine(Writes, other.Writes),
        RedisCommands = combine(RedisCommands, other.RedisCommands),
        RedisScripts = combine(RedisScripts, other.RedisScripts),
        Messages = combine(Messages, other.Messages),
        ApiCpu = combine(ApiCpu, other.ApiCpu),
        WorkerCpu = combine(WorkerCpu, other.WorkerCpu),
        StoreCpu = combine(StoreCpu, other.StoreCpu),
    };
}
