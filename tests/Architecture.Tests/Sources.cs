using System.Reflection;
using System.Runtime.Loader;

namespace MultiPanel.Architecture.Tests;

/// <summary>The repository's files and assemblies, as the rules look at them.</summary>
internal static class Sources
{
    /// <summary>The root of a copy that is looked at instead.</summary>
    public static string? Copy { get; set; }

    public static string Root()
    {
        if (Copy is not null)
        {
            return Copy;
        }

        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "MultiPanel.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("MultiPanel.sln is in no folder above the tests.");
        }

        return folder.FullName;
    }

    /// <returns>Paths below the root, with slashes; without what a build leaves.</returns>
    public static IReadOnlyList<string> Files(string folder, params string[] extensions) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root(), folder), "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(Root(), file).Replace('\\', '/'))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Into the load context that these rules are in: <see cref="RecipeTests"/> runs them in one of its own.</summary>
    public static Assembly Load(string project) =>
        AssemblyLoadContext.GetLoadContext(typeof(Sources).Assembly)!.LoadFromAssemblyName(new AssemblyName($"MultiPanel.{project}"));

    /// <returns>The types of that project that can be created and are a <typeparamref name="T"/>.</returns>
    public static IEnumerable<Type> Of<T>(string project) => Load(project).GetTypes()
        .Where(type => type is { IsAbstract: false, IsInterface: false, IsGenericType: false } && type.IsAssignableTo(typeof(T)));
}
