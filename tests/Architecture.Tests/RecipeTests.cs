using System.Collections;
using System.Reflection;
using System.Runtime.Loader;
using NUnit.Framework.Internal;

namespace MultiPanel.Architecture.Tests;

/// <summary>
/// Who follows CONTRIBUTING.md to the letter has code that compiles and keeps the rules. The code is taken from the text, so
/// that they cannot differ.
/// </summary>
public sealed class RecipeTests
{
    private static readonly Type[] Rules = [typeof(WorkflowTests), typeof(WorkflowDescriptionTests), typeof(WorkflowNameTests)];

    private DirectoryInfo copy = null!;

    [SetUp]
    public void Copy()
    {
        copy = Directory.CreateTempSubdirectory("multipanel-recipes-");
        File.WriteAllText(Path.Combine(copy.FullName, "MultiPanel.sln"), "");
        foreach (var file in Sources.Files("src", ".cs", ".lua", ".razor"))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy.FullName, file))!);
            File.Copy(Path.Combine(Sources.Root(), file), Path.Combine(copy.FullName, file));
        }
    }

    [TearDown]
    public void Delete() => copy.Delete(recursive: true);

    [Test]
    public async Task What_the_recipes_add_compiles_and_keeps_the_rules()
    {
        var added = Recipes.Follow(await File.ReadAllTextAsync(Path.Combine(Sources.Root(), "CONTRIBUTING.md")), copy.FullName);
        var built = await BuildAsync(added);

        var broken = Broken(built);

        Assert.That(broken, Is.Empty);
        Assert.That(added.Select(file => file.Split('/')[1]).Distinct(), Is.SupersetOf(new[] { "Contracts", "Sagas", "Workers", "Api" }));
    }

    private async Task<string> BuildAsync(IReadOnlyList<string> added)
    {
        var output = copy.CreateSubdirectory("built").FullName;
        foreach (var project in new[] { "Contracts", "Sagas", "Workers" })
        {
            var files = Directory.GetFiles(Path.Combine(copy.FullName, "src", project), "*.cs", SearchOption.AllDirectories);
            await Compiler.CompileAsync($"MultiPanel.{project}", files.Where(file => Path.GetFileName(file) != "Program.cs"), output);
        }

        // Endpoints are internal to the API, which lets its tests see them.
        var endpoints = added.Where(file => file.StartsWith("src/Api/", StringComparison.Ordinal)).Select(file => Path.Combine(copy.FullName, file));
        await Compiler.CompileAsync("MultiPanel.Api.Tests", endpoints, output);
        return output;
    }

    /// <summary>Runs the rules on what was built, in a load context of its own: these tests have the repository's own assemblies.</summary>
    private List<string> Broken(string built)
    {
        var tests = new Loader(built).LoadFromAssemblyPath(typeof(RecipeTests).Assembly.Location);
        tests.GetType(typeof(Sources).FullName!)!.GetProperty(nameof(Sources.Copy))!.SetValue(null, copy.FullName);
        return [.. Rules.SelectMany(rule => Broken(tests.GetType(rule.FullName!)!))];
    }

    private static IEnumerable<string> Broken(Type rules)
    {
        var instance = Activator.CreateInstance(rules);
        foreach (var rule in rules.GetMethods().Where(method => method.IsDefined(typeof(TestAttribute)) || method.IsDefined(typeof(TestCaseSourceAttribute))))
        {
            var source = rule.GetCustomAttribute<TestCaseSourceAttribute>()?.SourceName;
            var cases = source is null
                ? [null]
                : ((IEnumerable)rules.GetProperty(source, BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!).Cast<object?>();
            foreach (var one in cases)
            {
                if (Failure(() => rule.Invoke(instance, source is null ? [] : [one])) is { } why)
                {
                    yield return $"{rule.Name}({one}): {why}";
                }
            }
        }
    }

    private static string? Failure(Action rule)
    {
        // An isolated context keeps what the rule asserts out of this test's own result.
        using var isolated = new TestExecutionContext.IsolatedContext();
        try
        {
            rule();
            return null;
        }
        catch (TargetInvocationException broken)
        {
            return broken.InnerException!.Message;
        }
    }

    private sealed class Loader(string built) : AssemblyLoadContext("recipes")
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name!.StartsWith("MultiPanel.", StringComparison.Ordinal)
            && new[] { built, AppContext.BaseDirectory }.Select(folder => Path.Combine(folder, $"{assemblyName.Name}.dll")).FirstOrDefault(File.Exists) is { } file
                ? LoadFromAssemblyPath(file)
                : null;
    }
}
