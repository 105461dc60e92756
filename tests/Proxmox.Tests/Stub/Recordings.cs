using System.Text.Json;

namespace MultiPanel.Proxmox.Tests.Stub;

/// <summary>Answers of a real Proxmox VE, kept outside the repository: the folder that <c>PVE_RECORDINGS</c> names.</summary>
internal static class Recordings
{
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("PVE_RECORDINGS");

    public static bool Present => Folder is not null;

    public static void Require()
    {
        if (!Present)
        {
            Assert.Ignore("PVE_RECORDINGS names no folder with recorded answers.");
        }
    }

    public static IEnumerable<Recording> All() => Present
        ? Directory.EnumerateFiles(Folder!, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Load)
        : [];

    /// <param name="name">Set and file, as in <c>9.1.8/131-nodes</c>.</param>
    public static Recording Named(string name)
    {
        Require();
        return Load(Path.Combine(Folder!, $"{name}.json"));
    }

    private static Recording Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var request = document.RootElement.GetProperty("request");
        var response = document.RootElement.GetProperty("response");
        var body = response.GetProperty("body");
        return new Recording(
            $"{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileNameWithoutExtension(file)}",
            request.GetProperty("method").GetString()!,
            request.GetProperty("path").GetString()!.Replace("/api2/json/", "", StringComparison.Ordinal),
            new StubAnswer(
                response.GetProperty("status_line").GetString()!,
                body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText()));
    }
}
