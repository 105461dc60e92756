using NUnit.Framework;

namespace MultiPanel.TestKit.Servers;

/// <summary>The scripts under <c>ops/lib</c> that run a server in the foreground.</summary>
internal static class ServerScript
{
    /// <returns>The script's path.</returns>
    public static string Find(string name)
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "ops", "lib", name) is var script && File.Exists(script))
            {
                return script;
            }
        }

        throw new InvalidOperationException($"ops/lib/{name} is not above the tests' output.");
    }
}
