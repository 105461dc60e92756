using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Data.Conventions;

/// <summary>How our values are stored in a column: enums as snake_case words, lists and records as JSON, times as UTC.</summary>
internal static class Columns
{
    /// <param name="property">A record, or a list of records or strings: nothing that is changed in place but the list itself.</param>
    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property) => property.HasConversion(
        new ValueConverter<T, string>(
            value => JsonSerializer.Serialize(value, ContractJson.Options),
            text => JsonSerializer.Deserialize<T>(text, ContractJson.Options)!),
        typeof(T) is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(List<>)
            ? (ValueComparer)Activator.CreateInstance(typeof(JsonList<>).MakeGenericType(list.GetGenericArguments()))!
            : new JsonRecord<T>());
}

/// <summary>Compares item by item. Each SaveChanges asks this of every tracked row, so nothing is serialised.</summary>
internal sealed class JsonList<T>() : ValueComparer<List<T>>(
    (left, right) => ReferenceEquals(left, right) || (left != null && right != null && left.SequenceEqual(right)),
    list => list.Aggregate(0, (hash, item) => HashCode.Combine(hash, item)),
    list => new List<T>(list));

/// <summary>Records do not change, so the same one is equal; only a new one is compared, by what it holds at any depth.</summary>
internal sealed class JsonRecord<T>() : ValueComparer<T>(
    (left, right) => ReferenceEquals(left, right) || Json(left) == Json(right),
    value => Json(value).GetHashCode(StringComparison.Ordinal),
    value => value)
{
    private static string Json(T? value) => JsonSerializer.Serialize(value, ContractJson.Options);
}

internal sealed class EnumWord<T>() : ValueConverter<T, string>(
    value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()),
    text => Parse(text))
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Words =
        Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

    private static T Parse(string text) => Words[text];
}

internal sealed class UtcColumn() : ValueConverter<DateTime, DateTime>(
    value => UtcTime.Of(value),
    stored => DateTime.SpecifyKind(stored, DateTimeKind.Utc));
