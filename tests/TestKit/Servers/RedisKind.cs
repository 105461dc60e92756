namespace MultiPanel.TestKit.Servers;

/// <summary>On what a suite runs.</summary>
public enum RedisKind
{
    /// <summary>Garnet in this process; always runs.</summary>
    Garnet,

    /// <summary>The Redis of MULTIPANEL_TEST_REDIS; skipped without it.</summary>
    Redis,
}
