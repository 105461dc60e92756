using MultiPanel.Api.Auth;
using MultiPanel.Api.Http;
using MultiPanel.Contracts.Auth;

namespace MultiPanel.Api.Tests.Auth;

public sealed class PermissionDocsTests
{
    [Test]
    public void The_docs_have_the_same_table_as_the_code()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MultiPanel.sln")))
        {
            folder = folder.Parent;
        }

        var written = File.ReadAllLines(Path.Combine(folder.FullName, "docs", "permissions.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal));

        Assert.That(written, Is.EqualTo(Permissions.Table.Select(row =>
            $"| `{row.Key}` | {row.Value.What} | {string.Join(" | ", Enum.GetValues<Role>().Select(role => row.Value.Roles.Contains(role) ? "yes" : "–"))} | {Words.Of(row.Value.Scope)} |")));
    }
}
