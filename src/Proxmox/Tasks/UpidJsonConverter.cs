using System.Text.Json;
using System.Text.Json.Serialization;

namespace MultiPanel.Proxmox.Tasks;

/// <summary>A UPID as its text. A default <see cref="Upid"/> is written as null.</summary>
public sealed class UpidJsonConverter : JsonConverter<Upid>
{
    public override bool HandleNull => true;

    public override Upid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        return Upid.TryParse(reader.GetString(), out var upid)
            ? upid
            : throw new JsonException("The text is not a UPID.");
    }

    public override void Write(Utf8JsonWriter writer, Upid value, JsonSerializerOptions options)
    {
        if (value == default)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStringValue(value.ToString());
    }
}
