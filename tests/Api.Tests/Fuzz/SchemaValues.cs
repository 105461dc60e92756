using System.Text.Json.Nodes;

namespace MultiPanel.Api.Tests.Fuzz;

/// <summary>Makes bodies that fit the schemas of an OpenAPI document, with values that the panel's rules take too.</summary>
internal sealed class SchemaValues(JsonNode document, Random random)
{
    /// <summary>Texts that a rule takes, by the field's name; others take any word.</summary>
    private static readonly Dictionary<string, string[]> Texts = new()
    {
        ["email"] = ["anna@example.com", "b@example.org"],
        ["password"] = ["battery staple", "correct horse"],
        ["new_password"] = ["battery staple"],
        ["identity"] = ["panel@pve!t1", "root@pam"],
        ["kind"] = ["vm.start", "template.register"],
        ["target_type"] = ["vm", "template"],
        ["error_code"] = ["timeout"],
        ["node"] = ["pve1", "pve2"],
        ["disk"] = ["scsi0"],
        ["ssh_keys"] = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4sYh3D0v0zvTzXwzHkCXOzFjoC9A4n3yQ0f0oYw5Yk a"],
        ["ip_config"] = ["ip=dhcp"],
        ["nameserver"] = ["10.0.0.1"],
        ["fingerprint"] = [new string('a', 64)],
    };

    /// <summary>The schema itself, without references and the null that it may be as well.</summary>
    public JsonObject Resolve(JsonNode schema)
    {
        var found = schema.AsObject();
        while (true)
        {
            if ((string?)found["$ref"] is { } reference)
            {
                found = reference.Split('/').Skip(1).Aggregate(document, (node, part) => node[part]!).AsObject();
            }
            else if ((found["oneOf"] ?? found["anyOf"]) is JsonArray several)
            {
                found = several.Select(one => one!.AsObject()).First(one => (string?)(one["type"] as JsonValue) != "null");
            }
            else
            {
                return found;
            }
        }
    }

    /// <summary>All required fields and some of the others.</summary>
    public JsonObject Object(JsonNode schema)
    {
        var type = Resolve(schema);
        var required = (type["required"]?.AsArray() ?? []).Select(name => (string)name!).ToHashSet();
        var made = new JsonObject();
        foreach (var (name, field) in type["properties"]?.AsObject() ?? [])
        {
            if (required.Contains(name) || random.Next(3) == 0)
            {
                made[name] = Value(name, field!);
            }
        }

        return made;
    }

    private JsonNode? Value(string name, JsonNode schema)
    {
        var type = Resolve(schema);
        if (type["enum"] is JsonArray words)
        {
            return words[random.Next(words.Count)]?.DeepClone();
        }

        return Type(type) switch
        {
            "integer" => name.StartsWith("vmid", StringComparison.Ordinal) ? random.Next(100, 999) : random.Next(1, 5),
            "number" => random.Next(1, 5),
            "boolean" => random.Next(2) == 0,
            "array" => name == "endpoints" ? new JsonArray("https://127.0.0.1:1") : new JsonArray(Value(name, type["items"]!)),
            "object" when type["additionalProperties"] is JsonObject element => new JsonObject { ["clone"] = Value(name, element) },
            "object" => Object(type),
            _ => Text(name, (string?)type["format"]),
        };
    }

    private string Text(string name, string? format) => format switch
    {
        "uuid" => $"{Guid.NewGuid()}",
        "date-time" => "2027-01-01T00:00:00Z",
        _ => Texts.TryGetValue(name, out var known) ? Pick(known) : $"{name.Replace("_", "-", StringComparison.Ordinal)}{random.Next(1000)}",
    };

    private string Pick(string[] from) => from[random.Next(from.Length)];

    private static string Type(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => several.Select(one => (string)one!).First(one => one != "null"),
        JsonValue one => (string)one!,
        _ => schema["properties"] is null ? "string" : "object",
    };
}
