using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>Reads what a model asks of the patch tool: a whole patch as <c>input</c>, or an <c>operation</c> on one file.</summary>
internal static class PatchArguments
{
    public static bool TryParse(
        string json, [NotNullWhen(true)] out IReadOnlyList<FilePatch>? files, [NotNullWhen(false)] out string? error)
    {
        files = null;
        if (!ToolArguments.TryParse(json, out JsonDocument? document, out error))
        {
            return false;
        }

        using JsonDocument parsed = document;
        JsonElement root = parsed.RootElement;
        try
        {
            if (root.TryGetProperty("operation", out JsonElement operation) && operation.ValueKind == JsonValueKind.Object)
            {
                files = ReadOperation(operation, out error) is { } file ? [file] : null;
            }
            else if (ToolArguments.TryGetText(root, "input", out string? input, out error))
            {
                files = PatchReader.ReadEnvelope(input);
            }
        }
        catch (PatchException failure)
        {
            error = $"This patch can't be read, {failure.Message}. Nothing was changed.";
        }

        return files is not null;
    }

    private static FilePatch? ReadOperation(JsonElement operation, out string? error)
    {
        if (!ToolArguments.TryGetText(operation, "type", out string? type, out error)
            || !ToolArguments.TryGetText(operation, "path", out string? path, out error))
        {
            return null;
        }

        string? diff = null;
        if (operation.TryGetProperty("diff", out JsonElement given) && given.ValueKind != JsonValueKind.Null
            && !ToolArguments.TryGetText(operation, "diff", out diff, out error))
        {
            return null;
        }

        return PatchReader.ReadOperation(type, path, diff);
    }
}
