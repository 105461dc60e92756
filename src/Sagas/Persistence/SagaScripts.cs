using MultiPanel.Progress;

namespace MultiPanel.Sagas.Persistence;

internal static class SagaScripts
{
    public const string BodyField = "body";

    public static readonly RedisScript Insert = Read("insert.lua");
    public static readonly RedisScript Update = Read("update.lua");
    public static readonly RedisScript Delete = Read("delete.lua");

    private static RedisScript Read(string file) => new(typeof(SagaScripts), $"{typeof(SagaScripts).Namespace}.{file}");
}
