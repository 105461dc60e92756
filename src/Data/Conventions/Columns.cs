using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Data.Conventions;

/// <summary>How values of ours lie in a column: enums as snake_case words, lists and records as JSON, times as UTC.</summary>
internal static class Columns
{
    public static PropertyBuilder<T> HasJson<T>(this PropertyBuilder<T> property) => property.HasConversion(
        new ValueConverter<T, string>(
            value => JsonSerializer.Serialize(value, ContractJson.Options),
            text => JsonSerializer.Deserialize<T>(text, ContractJson.Options)!),
        new ValueComparer<T>(
            (left, right) => JsonSerializer.Serialize(left, ContractJson.Options) == JsonSerializer.Serialize(right, ContractJson.Options),
            value => JsonSerializer.Serialize(value, ContractJson.Options).GetHashCode(StringComparison.Ordinal),
            value => JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, ContractJson.Options), ContractJson.Options)!));
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
