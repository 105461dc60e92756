namespace MultiPanel.Bench.Parts;

/// <summary>The parts of this assembly, by name.</summary>
internal static class PartList
{
    private static readonly IReadOnlyList<Part> All =
    [
        .. typeof(PartList).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Part)) && !type.IsAbstract)
            .Select(type => (Part)Activator.CreateInstance(type)!)
            .OrderBy(part => part.Place),
    ];

    public static IEnumerable<string> Names => All.Select(part => part.Name);

    /// <returns>Those named, all where none is; null: there is none of a given name.</returns>
    public static IReadOnlyList<Part>? Find(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return All;
        }

        var found = names.Select(name => All.FirstOrDefault(part => part.Name == name)).OfType<Part>().ToList();
        return found.Count == names.Count ? found : null;
    }
}
