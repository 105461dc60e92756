using System.Reflection;

namespace MultiPanel.Sagas.Persistence;

/// <summary>The text of a Lua script that lies beside its caller; StackExchange.Redis sends it once and then by its hash.</summary>
internal static class EmbeddedScript
{
    public static string Read(Type neighbour, string fileName)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var name = $"{neighbour.Namespace}.{fileName}";
        using var stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The script {name} is not embedded in {assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
