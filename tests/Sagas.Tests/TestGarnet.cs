using MultiPanel.TestKit.Servers;

namespace MultiPanel.Sagas.Tests;

/// <summary>The one Garnet of this test run, started when the first suite asks.</summary>
[SetUpFixture]
public sealed class TestGarnet
{
    private static readonly Lazy<EmbeddedGarnet> Running = new(EmbeddedGarnet.Start);

    public static string Address => Running.Value.Address;

    [OneTimeTearDown]
    public void Stop()
    {
        if (Running.IsValueCreated)
        {
            Running.Value.Dispose();
        }
    }
}
