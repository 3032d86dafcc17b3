using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Agent.Tasks;

/// <summary>A node of a YAML file together with the way to it, so that an error can name its line and key.</summary>
public sealed record YamlPlace(string File, string Key, YamlNode Node, List<string> Errors)
{
    /// <summary>More than anybody means, in any unit, and still a span.</summary>
    private const double LongestSpan = 1_000_000;

    /// <summary>The place that a whole file is, or null and an error if it isn't one YAML document.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="file">Its name, as errors give it.</param>
    /// <param name="errors">Where errors are added, these and all later ones.</param>
    public static YamlPlace? Root(string text, string file, List<string> errors)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            var stream = new YamlStream();
            stream.Load(parser);
            if (stream.Documents.Count == 1)
            {
                return new YamlPlace(file, string.Empty, stream.Documents[0].RootNode, errors);
            }

            errors.Add($"{file}:1: the file has to hold one YAML document; this has {stream.Documents.Count}.");
        }
        catch (YamlException failure)
        {
            errors.Add($"{file}:{failure.Start.Line}: not valid YAML: {failure.Message}");
        }
        catch (InvalidOperationException)
        {
            // The parser's own way to give up, for example on a list that isn't closed.
            errors.Add($"{file}:{parser.Current?.End.Line ?? 1}: not valid YAML: what begins here isn't closed or indented as it must be.");
        }

        return null;
    }

    /// <summary>There is a key and nothing after it.</summary>
    public bool IsBlank => Node is YamlScalarNode { Style: var style } scalar
        && (string.IsNullOrWhiteSpace(scalar.Value) || (style == ScalarStyle.Plain && scalar.Value is "~" or "null"));

    public void Fail(string message) => Errors.Add($"{File}:{Node.Start.Line}: {message}");

    /// <summary>The children of a mapping, or null and an error if it is something else or has a key that isn't known.</summary>
    public Dictionary<string, YamlPlace>? Children(params ReadOnlySpan<string> known)
    {
        if (Node is not YamlMappingNode mapping)
        {
            Fail($"'{Key}' must be a mapping with the keys {string.Join(", ", known!)}.");
            return null;
        }

        var children = new Dictionary<string, YamlPlace>(StringComparer.Ordinal);
        foreach ((YamlNode keyNode, YamlNode value) in mapping.Children)
        {
            string key = (keyNode as YamlScalarNode)?.Value ?? "?";
            var place = new YamlPlace(File, Key.Length == 0 ? key : $"{Key}.{key}", value, Errors);
            if (!known.Contains(key))
            {
                string hint = NearestName.Find(key, known.ToArray()) is { } nearest
                    ? $"did you mean '{nearest}'?"
                    : $"known keys: {string.Join(", ", known!)}.";
                Errors.Add($"{File}:{keyNode.Start.Line}: unknown key '{place.Key}'; {hint}");
                continue;
            }

            children[key] = place;
        }

        return children;
    }

    /// <summary>The child under a key that must be there, or null and an error.</summary>
    /// <param name="keys">This mapping's children.</param>
    /// <param name="key">The key.</param>
    /// <param name="mend">What to write there, for the error.</param>
    public YamlPlace? Required(Dictionary<string, YamlPlace> keys, string key, string mend)
    {
        if (keys.TryGetValue(key, out YamlPlace? place) && !place.IsBlank)
        {
            return place;
        }

        (place ?? this).Fail($"'{(Key.Length == 0 ? key : $"{Key}.{key}")}' is {(place is null ? "missing; add it" : "empty; give it a value")}: {mend}.");
        return null;
    }

    public string? Text()
    {
        if (Node is YamlScalarNode { Value: { } value } && value.Trim().Length > 0)
        {
            return value.TrimEnd();
        }

        Fail($"'{Key}' must be a text that isn't empty.");
        return null;
    }

    public IReadOnlyList<YamlPlace> Items()
    {
        if (Node is YamlSequenceNode sequence)
        {
            return [.. sequence.Children.Select((child, index) => this with { Key = $"{Key}[{index}]", Node = child })];
        }

        Fail($"'{Key}' must be a list.");
        return [];
    }

    public IReadOnlyList<string> Texts() => [.. Items().Select(item => item.Text()).OfType<string>()];

    public T? Choice<T>(params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        string? text = (Node as YamlScalarNode)?.Value;
        foreach ((string name, T value) in choices)
        {
            if (name == text)
            {
                return value;
            }
        }

        Fail($"'{Key}' must be one of {string.Join(", ", choices.ToArray().Select(choice => choice.Name))}; it is '{text}'.");
        return null;
    }

    public decimal? Number(decimal above)
    {
        if (decimal.TryParse((Node as YamlScalarNode)?.Value, out decimal number) && number > above)
        {
            return number;
        }

        Fail($"'{Key}' must be a number above {above}.");
        return null;
    }

    /// <summary>A number that may be zero, as a price may.</summary>
    public decimal? Amount()
    {
        if (decimal.TryParse((Node as YamlScalarNode)?.Value, out decimal number) && number >= 0)
        {
            return number;
        }

        Fail($"'{Key}' must be a number, 0 or more.");
        return null;
    }

    public bool? Flag() => Choice<bool>(("true", true), ("false", false));

    public int? Count()
    {
        if (int.TryParse((Node as YamlScalarNode)?.Value, out int count) && count > 0)
        {
            return count;
        }

        Fail($"'{Key}' must be a whole number above 0.");
        return null;
    }

    /// <summary>A whole number between two, both included.</summary>
    public int? Count(int least, int most)
    {
        if (int.TryParse((Node as YamlScalarNode)?.Value, out int count) && count >= least && count <= most)
        {
            return count;
        }

        Fail($"'{Key}' must be a whole number from {least} to {most}.");
        return null;
    }

    /// <summary>A span such as <c>90s</c>, <c>30m</c>, <c>4h</c> or <c>2d</c>.</summary>
    public TimeSpan? Span()
    {
        string text = (Node as YamlScalarNode)?.Value ?? string.Empty;
        if (text.Length > 1 && double.TryParse(text[..^1], out double number) && number is > 0 and < LongestSpan)
        {
            TimeSpan? span = text[^1] switch
            {
                's' => TimeSpan.FromSeconds(number),
                'm' => TimeSpan.FromMinutes(number),
                'h' => TimeSpan.FromHours(number),
                'd' => TimeSpan.FromDays(number),
                _ => null,
            };
            if (span is not null)
            {
                return span;
            }
        }

        Fail($"'{Key}' must be a span such as 90s, 30m, 4h or 2d.");
        return null;
    }
}
