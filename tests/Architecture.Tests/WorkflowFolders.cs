namespace MultiPanel.Architecture.Tests;

/// <summary>Where a workflow's files are: the last word of its command's namespace names its folder in three projects.</summary>
internal static class WorkflowFolders
{
    public static IReadOnlyList<string> Of(Type command)
    {
        var name = command.Namespace!.Split('.')[^1];
        return [$"src/Contracts/{name}/", $"src/Sagas/Workflows/{name}/", $"src/Workers/{name}/"];
    }
}
