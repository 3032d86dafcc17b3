using System.Text.Json;

namespace Microsoft.DurableTask.Converters;

/// <summary>Converts by System.Text.Json, by default with its own defaults and with fields.</summary>
public class JsonDataConverter : DataConverter
{
    // Histories outlive processes: other settings here would make stored payloads unreadable.
    private static readonly JsonSerializerOptions DefaultOptions = new() { IncludeFields = true };

    private readonly JsonSerializerOptions _options;

    /// <summary>Makes a converter.</summary>
    /// <param name="options">Its settings; null for the default.</param>
    public JsonDataConverter(JsonSerializerOptions? options = null)
    {
        _options = options ?? DefaultOptions;
    }

    /// <summary>The converter with default settings.</summary>
    public static JsonDataConverter Default { get; } = new();

    /// <inheritdoc />
    public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, _options);

    /// <inheritdoc />
    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : JsonSerializer.Deserialize(data, targetType, _options);
}
