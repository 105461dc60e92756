using System.Collections.Immutable;
using System.Text.Json;
using MultiPanel.Contracts.Admission;

namespace MultiPanel.Sagas.Admission;

/// <summary>Limits as the scripts read them: <c>{"clone":{"node":4,"storage":8,"cluster":16},"*":{…}}</c>.</summary>
internal static class LimitsJson
{
    private const string Other = "*";

    public static string Write(AdmissionLimits limits) => JsonSerializer.Serialize(
        limits.Classes.Append(new(Other, limits.Other)).ToDictionary(
            entry => entry.Key,
            entry => new Entry(entry.Value.PerNode, entry.Value.PerStorage, entry.Value.PerCluster)),
        JsonSerializerOptions.Web);

    public static AdmissionLimits Read(string text)
    {
        var classes = JsonSerializer.Deserialize<Dictionary<string, Entry>>(text, JsonSerializerOptions.Web)!
            .ToImmutableDictionary(entry => entry.Key, entry => new ClassLimits(entry.Value.Node, entry.Value.Storage, entry.Value.Cluster));
        return new AdmissionLimits { Classes = classes.Remove(Other), Other = classes[Other] };
    }

    private sealed record Entry(int Node, int Storage, int Cluster);
}
