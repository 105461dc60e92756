using System.Diagnostics;

namespace MultiPanel.Architecture.Tests;

/// <summary>The SDK's C# compiler, called directly: building the copied projects would take a minute, this takes seconds.</summary>
internal static class Compiler
{
    private static readonly string[] Usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    private static readonly string[] WebUsings = ["Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing"];

    /// <summary>.../shared/Microsoft.NETCore.App/10.0.0</summary>
    private static readonly DirectoryInfo Runtime = new(Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    private static readonly string Dotnet = Runtime.Parent!.Parent!.Parent!.FullName;

    /// <summary>Compiles files to <c>{name}.dll</c> in that folder. Assemblies that are there already replace those of the tests.</summary>
    public static async Task CompileAsync(string name, IEnumerable<string> files, string folder)
    {
        var usings = Path.Combine(folder, $"{name}.Usings.cs");
        await File.WriteAllLinesAsync(usings, Usings.Concat(name.Contains(".Api", StringComparison.Ordinal) ? WebUsings : []).Select(space => $"global using {space};"));
        var arguments = Path.Combine(folder, $"{name}.rsp");
        await File.WriteAllLinesAsync(arguments,
        [
            "/noconfig", "/nostdlib", "/nologo", "/target:library", "/nullable:enable", "/langversion:latest",
            $"/out:{Path.Combine(folder, $"{name}.dll")}",
            .. References(folder).Where(file => Path.GetFileName(file) != $"{name}.dll").Select(file => $"/reference:{file}"),
            usings,
            .. files,
        ]);
        using var compiler = Process.Start(new ProcessStartInfo(Path.Combine(Dotnet, "dotnet"), ["exec", Csc(), $"@{arguments}"]) { RedirectStandardOutput = true })!;
        var output = await compiler.StandardOutput.ReadToEndAsync();
        await compiler.WaitForExitAsync();

        Assert.That(compiler.ExitCode, Is.Zero, output);
    }

    private static IEnumerable<string> References(string folder) =>
        new[] { folder, AppContext.BaseDirectory, Runtime.FullName, Path.Combine(Dotnet, "shared", "Microsoft.AspNetCore.App", Runtime.Name) }
            .SelectMany(place => Directory.GetFiles(place, "*.dll")).DistinctBy(Path.GetFileName);

    private static string Csc() => Directory.GetDirectories(Path.Combine(Dotnet, "sdk"))
        .Select(sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll")).Where(File.Exists).Max()
        ?? throw new FileNotFoundException($"There is no SDK with a C# compiler in {Dotnet}.");
}
