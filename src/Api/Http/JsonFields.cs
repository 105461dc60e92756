using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using MultiPanel.Contracts;
using MultiPanel.Contracts.Http;

namespace MultiPanel.Api.Http;

/// <summary>
/// Reads a JSON object field by field into a request, so that all wrong fields are named, not only the first:
/// unknown ones, missing ones, and those of the wrong type.
/// </summary>
internal static class JsonFields
{
    /// <summary>As in the contract, with what a type's fields are known by, and times with an offset alone.</summary>
    private static readonly JsonSerializerOptions Exact = Strictly(new(ContractJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    /// <summary>As in the contract, but what is missing has been reported by then and must not throw.</summary>
    private static readonly JsonSerializerOptions Lenient = new(ContractJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireNothing } },
    };

    /// <returns>The request without its wrong fields.</returns>
    public static T Read<T>(JsonElement body, FieldErrors errors) where T : class =>
        Right(body, typeof(T), "", errors).Deserialize<T>(Lenient)!;

    /// <summary>Whether a request of this type may come without a body.</summary>
    public static bool IsOptional(Type type) => !Fields(type).Any(field => field.IsRequired);

    private static JsonObject Right(JsonElement body, Type type, string prefix, FieldErrors errors)
    {
        var fields = Fields(type);
        var right = new JsonObject();
        foreach (var given in body.EnumerateObject())
        {
            if (fields.FirstOrDefault(field => field.Name == given.Name) is not { } field)
            {
                errors.Add(prefix + given.Name, "is not known here");
            }
            else if (given.Value.ValueKind == JsonValueKind.Null && IsNullable(field))
            {
                // Absent and null are the same.
            }
            else if (Value(given.Value, field, prefix + given.Name, errors) is { } value)
            {
                right[field.Name] = value;
            }
        }

        foreach (var missing in fields.Where(field => field.IsRequired && !right.ContainsKey(field.Name) && !errors.Has(prefix + field.Name)))
        {
            errors.Add(prefix + missing.Name, "is required");
        }

        return right;
    }

    private static JsonNode? Value(JsonElement given, JsonPropertyInfo field, string path, FieldErrors errors)
    {
        if (given.ValueKind == JsonValueKind.Object && IsObject(field.PropertyType))
        {
            return Right(given, field.PropertyType, path + ".", errors);
        }

        if (given.ValueKind == JsonValueKind.Object && Exact.GetTypeInfo(field.PropertyType) is { Kind: JsonTypeInfoKind.Dictionary, ElementType: { } element } && IsObject(element))
        {
            return Entries(given, element, path, errors);
        }

        if (given.ValueKind == JsonValueKind.Array && Exact.GetTypeInfo(field.PropertyType) is { Kind: JsonTypeInfoKind.Enumerable, ElementType: { } item } && IsObject(item))
        {
            return Items(given, item, path, errors);
        }

        try
        {
            given.Deserialize(field.PropertyType, Exact);
            return JsonNode.Parse(given.GetRawText());
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            errors.Add(path, $"must be {Describe(field.PropertyType)}");
            return null;
        }
    }

    private static JsonArray Items(JsonElement given, Type type, string path, FieldErrors errors)
    {
        var items = new JsonArray();
        foreach (var item in given.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                items.Add(Right(item, type, $"{path}[{items.Count}].", errors));
            }
            else
            {
                errors.Add(path, "must be a list of objects");
                return [];
            }
        }

        return items;
    }

    /// <summary>Objects by names that are the caller's.</summary>
    private static JsonObject Entries(JsonElement given, Type type, string path, FieldErrors errors)
    {
        var entries = new JsonObject();
        foreach (var entry in given.EnumerateObject())
        {
            if (entry.Value.ValueKind == JsonValueKind.Object)
            {
                entries[entry.Name] = Right(entry.Value, type, $"{path}.{entry.Name}.", errors);
            }
            else
            {
                errors.Add($"{path}.{entry.Name}", "must be an object");
            }
        }

        return entries;
    }

    private static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => "a text",
            _ when type == typeof(int) || type == typeof(long) => "a whole number",
            _ when type == typeof(double) => "a number",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(DateTime) => UtcTime.Expected["must be ".Length..],
            { IsEnum: true } => $"one of {string.Join(", ", Words.All(type))}",
            _ when type.IsAssignableTo(typeof(IEnumerable<int>)) => "a list of whole numbers",
            _ when type.IsAssignableTo(typeof(IEnumerable<Guid>)) => "a list of UUIDs",
            _ when type.IsAssignableTo(typeof(IEnumerable<string>)) => "a list of texts",
            _ when type.IsAssignableTo(typeof(System.Collections.IEnumerable)) && Exact.GetTypeInfo(type).Kind == JsonTypeInfoKind.Enumerable => "a list of objects",
            _ => "an object",
        };
    }

    private static IList<JsonPropertyInfo> Fields(Type type) => Exact.GetTypeInfo(type).Properties;

    private static bool IsObject(Type type) => Exact.GetTypeInfo(type).Kind == JsonTypeInfoKind.Object;

    private static bool IsNullable(JsonPropertyInfo field) =>
        !field.PropertyType.IsValueType || Nullable.GetUnderlyingType(field.PropertyType) is not null;

    private static JsonSerializerOptions Strictly(JsonSerializerOptions options)
    {
        options.Converters.Insert(0, new UtcTime.WithOffset());
        return options;
    }

    private static void RequireNothing(JsonTypeInfo type)
    {
        foreach (var field in type.Properties)
        {
            field.IsRequired = false;
        }
    }
}
