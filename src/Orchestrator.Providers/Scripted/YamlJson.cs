using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Providers.Scripted;

/// <summary>Writes a YAML value as JSON text: what is not quoted and looks like a number, a truth value or null is one.</summary>
internal static partial class YamlJson
{
    public static string Convert(YamlNode node)
    {
        ArrayBufferWriter<byte> written = new();
        using (Utf8JsonWriter json = new(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, node);
        }

        return Encoding.UTF8.GetString(written.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                json.WriteStartObject();
                foreach ((YamlNode key, YamlNode value) in mapping.Children)
                {
                    json.WritePropertyName((key as YamlScalarNode)?.Value ?? key.ToString());
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                json.WriteStartArray();
                foreach (YamlNode value in sequence)
                {
                    Write(json, value);
                }

                json.WriteEndArray();
                break;
            case YamlScalarNode scalar:
                WriteScalar(json, scalar);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, YamlScalarNode scalar)
    {
        string text = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain)
        {
            json.WriteStringValue(text);
        }
        else if (text is "" or "~" or "null")
        {
            json.WriteNullValue();
        }
        else if (text is "true" or "false")
        {
            json.WriteBooleanValue(text == "true");
        }
        else if (JsonNumber().IsMatch(text))
        {
            json.WriteRawValue(text);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();
}
