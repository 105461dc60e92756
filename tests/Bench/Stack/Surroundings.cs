using System.Globalization;
using MultiPanel.Bench.Counters;

namespace MultiPanel.Bench.Stack;

/// <summary>What <c>ops/bench</c> has prepared: servers, published hosts, the rival's packages. It comes by environment.</summary>
/// <param name="Folder">Where processes of the parts work; processes left there are ended by <c>ops/bench</c>.</param>
/// <param name="Servers">Where the servers work, a folder each with its process id in it.</param>
/// <param name="Hosts">Holds <c>api</c> and <c>workers</c>, as published.</param>
/// <param name="Rivals">Holds <c>node_modules</c> and the rival's programs.</param>
/// <param name="MySql"><c>mysql://user:password@host:port</c></param>
/// <param name="Redis">Ours: <c>host:port</c>.</param>
/// <param name="RivalRedis">The rival's own: <c>host:port</c>.</param>
/// <param name="RabbitMq"><c>amqp://user:password@host:port</c></param>
/// <param name="RabbitMqApi">Its management API: <c>http://user:password@host:port</c>.</param>
/// <param name="Most">For all parts together; what is not done by then is not measured.</param>
internal sealed record Surroundings(
    string Folder, string Servers, string Hosts, string Rivals, Uri MySql, string Redis, string RivalRedis, Uri RabbitMq, Uri RabbitMqApi, TimeSpan Most)
{
    public static Surroundings Read() => new(
        Variable("MULTIPANEL_BENCH_FOLDER"),
        Variable("MULTIPANEL_BENCH_SERVERS"),
        Variable("MULTIPANEL_BENCH_HOSTS"),
        Variable("MULTIPANEL_BENCH_RIVALS"),
        new Uri(Variable("MULTIPANEL_TEST_MYSQL")),
        Variable("MULTIPANEL_TEST_REDIS"),
        Variable("MULTIPANEL_BENCH_RIVAL_REDIS"),
        new Uri(Variable("MULTIPANEL_TEST_RABBITMQ")),
        new Uri(Variable("MULTIPANEL_TEST_RABBITMQ_API")),
        TimeSpan.FromMinutes(int.Parse(Variable("MULTIPANEL_BENCH_MINUTES"), CultureInfo.InvariantCulture)));

    /// <summary>CPU that those servers have used, in seconds.</summary>
    public double StoreCpu(params string[] servers) =>
        servers.Sum(server => ProcessTimes.SessionCpu(int.Parse(File.ReadAllText(Path.Combine(Servers, server, "pid")), CultureInfo.InvariantCulture)));

    private static string Variable(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set; run ops/bench.");
}
