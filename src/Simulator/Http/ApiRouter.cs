namespace MultiPanel.Simulator.Http;

/// <summary>The tree of API methods.</summary>
internal sealed class ApiRouter
{
    private readonly ILookup<int, ApiMethod> _byLength;

    public ApiRouter(IEnumerable<ApiMethod> methods) => _byLength = methods.ToLookup(method => method.Segments.Length);

    /// <summary>Finds the method and takes the path's variables; fixed segments win over variables.</summary>
    public ApiMethod? Find(string verb, string path, out Dictionary<string, string> variables)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        ApiMethod? best = null;
        var variablesOfBest = int.MaxValue;
        foreach (var method in _byLength[segments.Length])
        {
            var count = method.Segments.Count(ApiMethod.IsVariable);
            if (method.Verb == verb && count < variablesOfBest && Matches(method, segments))
            {
                (best, variablesOfBest) = (method, count);
            }
        }

        variables = best is null
            ? []
            : best.Segments.Zip(segments).Where(pair => ApiMethod.IsVariable(pair.First))
                .ToDictionary(pair => pair.First.Trim('{', '}'), pair => Uri.UnescapeDataString(pair.Second));
        return best;
    }

    private static bool Matches(ApiMethod method, string[] segments) =>
        method.Segments.Zip(segments).All(pair => ApiMethod.IsVariable(pair.First) || pair.First == pair.Second);
}
