namespace MultiPanel.Sagas.Persistence;

internal static class SagaScripts
{
    public const string BodyField = "body";

    public static readonly string Insert = EmbeddedScript.Read(typeof(SagaScripts), "insert.lua");
    public static readonly string Update = EmbeddedScript.Read(typeof(SagaScripts), "update.lua");
    public static readonly string Delete = EmbeddedScript.Read(typeof(SagaScripts), "delete.lua");
}
