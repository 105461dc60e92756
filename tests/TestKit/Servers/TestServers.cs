using NUnit.Framework;

namespace MultiPanel.TestKit.Servers;

/// <summary>
/// Private pieces of the servers that <c>ops/test</c> (or <c>ops/servers start</c>) runs. A test that asks for a server
/// which does not run is skipped, and says so.
/// </summary>
public static class TestServers
{
    /// <summary>A new empty database on the MariaDB of <c>MULTIPANEL_TEST_MYSQL</c>; dropped on dispose.</summary>
    public static Task<TestDatabase> MySqlAsync() =>
        TestDatabase.CreateAsync(Server("MULTIPANEL_TEST_MYSQL", "MariaDB"));

    /// <summary>An empty logical database of the Redis of <c>MULTIPANEL_TEST_REDIS</c>; flushed on dispose.</summary>
    public static TestRedis Redis() =>
        TestRedis.Claim(Setting("MULTIPANEL_TEST_REDIS", "Redis"));

    /// <summary>A new virtual host on the RabbitMQ of <c>MULTIPANEL_TEST_RABBITMQ</c>; deleted on dispose.</summary>
    public static Task<TestVirtualHost> RabbitMqAsync() =>
        TestVirtualHost.CreateAsync(
            Server("MULTIPANEL_TEST_RABBITMQ", "RabbitMQ"), Server("MULTIPANEL_TEST_RABBITMQ_API", "RabbitMQ"));

    private static Uri Server(string variable, string server) => new(Setting(variable, server));

    private static string Setting(string variable, string server)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(value))
        {
            Assert.Ignore($"needs {server}: {variable} is not set; run ops/test");
        }

        return value;
    }
}
