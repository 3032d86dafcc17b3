using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.Providers.Tests.Schema;

/// <summary>Evaluates the part of JSON Schema 2020-12 that the official description uses. An unknown keyword is an error of the schema.</summary>
internal sealed class SchemaEvaluator(JsonElement root)
{
    private static readonly HashSet<string> Annotations =
        ["title", "description", "default", "example", "format", "deprecated", "$schema", "$id", "$defs"];

    private static readonly HashSet<string> Keywords =
        ["propertyNames", "items", "required", "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "maxProperties"];

    public IReadOnlyList<string> Validate(JsonElement instance, string reference)
    {
        Result result = new([], []);
        Evaluate(instance, Follow(reference), "$", result);
        return result.Errors;
    }

    private void Evaluate(JsonElement instance, JsonElement schema, string at, Result result)
    {
        bool closesOpenRest = false;
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            JsonElement value = keyword.Value;
            switch (keyword.Name)
            {
                case "$ref":
                    Evaluate(instance, Follow(value.GetString()!), at, result);
                    break;
                case "allOf":
                    foreach (JsonElement part in value.EnumerateArray())
                    {
                        Evaluate(instance, part, at, result);
                    }

                    break;
                case "anyOf":
                    EvaluateAnyOf(instance, value, at, result);
                    break;
                case "properties":
                    EvaluateProperties(instance, value, at, result);
                    break;
                case "additionalProperties":
                    EvaluateRest(instance, schema, value, at, result);
                    break;
                case "unevaluatedProperties":
                    closesOpenRest = value.ValueKind == JsonValueKind.False;
                    break;
                default:
                    EvaluateSimple(instance, keyword, at, result);
                    break;
            }
        }

        if (closesOpenRest && instance.ValueKind == JsonValueKind.Object)
        {
            result.Errors.AddRange(instance.EnumerateObject()
                .Where(property => !result.Evaluated.Contains(property.Name))
                .Select(property => $"{at}.{property.Name}: unknown"));
        }
    }

    private void EvaluateAnyOf(JsonElement instance, JsonElement branches, string at, Result result)
    {
        Result? nearest = null;
        bool nearestIsMeant = false;
        foreach (JsonElement branch in branches.EnumerateArray())
        {
            Result attempt = new([], []);
            Evaluate(instance, branch, at, attempt);
            if (attempt.Errors.Count == 0)
            {
                result.Evaluated.UnionWith(attempt.Evaluated);
                return;
            }

            // The branch that has the instance's own type is the one that its author meant.
            bool isMeant = !attempt.Errors.Any(error => error.StartsWith($"{at}.type:", StringComparison.Ordinal));
            bool isNearer = isMeant == nearestIsMeant ? attempt.Errors.Count < nearest?.Errors.Count : isMeant;
            if (nearest is null || isNearer)
            {
                (nearest, nearestIsMeant) = (attempt, isMeant);
            }
        }

        result.Errors.AddRange(nearest!.Errors);
    }

    private void EvaluateProperties(JsonElement instance, JsonElement properties, string at, Result result)
    {
        if (instance.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty property in properties.EnumerateObject())
        {
            if (instance.TryGetProperty(property.Name, out JsonElement member))
            {
                result.Evaluated.Add(property.Name);
                EvaluateNested(member, property.Value, $"{at}.{property.Name}", result);
            }
        }
    }

    private void EvaluateRest(JsonElement instance, JsonElement schema, JsonElement rest, string at, Result result)
    {
        if (instance.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty member in instance.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out JsonElement named) && named.TryGetProperty(member.Name, out _))
            {
                continue;
            }

            result.Evaluated.Add(member.Name);
            if (rest.ValueKind == JsonValueKind.False)
            {
                result.Errors.Add($"{at}.{member.Name}: unknown");
            }
            else if (rest.ValueKind == JsonValueKind.Object)
            {
                EvaluateNested(member.Value, rest, $"{at}.{member.Name}", result);
            }
        }
    }

    private void EvaluateNested(JsonElement instance, JsonElement schema, string at, Result result)
    {
        Result nested = new([], []);
        Evaluate(instance, schema, at, nested);
        result.Errors.AddRange(nested.Errors);
    }

    private void EvaluateSimple(JsonElement instance, JsonProperty keyword, string at, Result result)
    {
        JsonElement value = keyword.Value;
        bool isFine = (keyword.Name, instance.ValueKind) switch
        {
            ("type", _) => IsOfType(instance, value),
            ("enum", _) => value.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, instance)),
            ("required", JsonValueKind.Object) => value.EnumerateArray().All(name => instance.TryGetProperty(name.GetString()!, out _)),
            ("minimum", JsonValueKind.Number) => instance.GetDouble() >= value.GetDouble(),
            ("maximum", JsonValueKind.Number) => instance.GetDouble() <= value.GetDouble(),
            ("minLength", JsonValueKind.String) => instance.GetString()!.Length >= value.GetInt32(),
            ("maxLength", JsonValueKind.String) => instance.GetString()!.Length <= value.GetInt32(),
            ("pattern", JsonValueKind.String) => Regex.IsMatch(instance.GetString()!, value.GetString()!),
            ("minItems", JsonValueKind.Array) => instance.GetArrayLength() >= value.GetInt32(),
            ("maxItems", JsonValueKind.Array) => instance.GetArrayLength() <= value.GetInt32(),
            ("maxProperties", JsonValueKind.Object) => instance.EnumerateObject().Count() <= value.GetInt32(),
            ("items", JsonValueKind.Array) => EvaluateItems(instance, value, at, result),
            (string name, _) when Annotations.Contains(name) || Keywords.Contains(name) => true,
            (string name, _) => throw new NotSupportedException($"The schema uses the keyword {name}."),
        };
        if (!isFine)
        {
            result.Errors.Add($"{at}: {keyword.Name} {value.GetRawText()}");
        }
    }

    private bool EvaluateItems(JsonElement instance, JsonElement schema, string at, Result result)
    {
        int index = 0;
        foreach (JsonElement item in instance.EnumerateArray())
        {
            EvaluateNested(item, schema, $"{at}[{index++}]", result);
        }

        return true;
    }

    private static bool IsOfType(JsonElement instance, JsonElement type) => type.ValueKind == JsonValueKind.Array
        ? type.EnumerateArray().Any(one => IsOfType(instance, one))
        : (type.GetString(), instance.ValueKind) switch
        {
            ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String)
                or ("number", JsonValueKind.Number) or ("null", JsonValueKind.Null)
                or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
            ("integer", JsonValueKind.Number) => instance.TryGetInt64(out _),
            _ => false,
        };

    private JsonElement Follow(string reference)
    {
        JsonElement at = root;
        foreach (string step in reference.Split('/').Skip(1))
        {
            at = at.GetProperty(step);
        }

        return at;
    }

    private sealed record Result(List<string> Errors, HashSet<string> Evaluated);
}
