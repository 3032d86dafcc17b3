using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Turns;

/// <summary>What a tool call does, in words: short for a policy's rules and the timeline, whole for a person who must decide.</summary>
internal static class CallSubject
{
    /// <summary>The headers of a patch, and what they do in the words of a rule.</summary>
    private static readonly (string Header, string Operation)[] Headers =
    [
        ("*** Add File: ", "create"), ("*** Update File: ", "update"), ("*** Delete File: ", "delete"), ("*** Move to: ", "move to"),
    ];

    /// <returns>
    /// The arguments of a server's tool, each value as JSON without blanks; else a command line, or an operation and its path (for a patch one on each
    /// line), or how far a plan has come, or the names of tasks, or what is done at a screen, a line for each action; the arguments themselves if
    /// they are something else.
    /// </returns>
    public static string Of(string tool, string arguments) => Read(
        arguments,
        root =>
        {
            if (tool.StartsWith(ToolNames.ServedPrefix, StringComparison.Ordinal))
            {
                return Plain(root);
            }

            if (tool == ToolNames.ApplyPatch)
            {
                string[] files = [.. FilesOf(root)];
                return files.Length == 0 ? arguments : string.Join('\n', files);
            }

            if (tool == ToolNames.Plan)
            {
                return PlanOf(root) ?? arguments;
            }

            if (tool == ToolNames.Computer)
            {
                return ScreenActions.InWords(root) ?? arguments;
            }

            if (tool == ToolNames.BashSession)
            {
                return TextOf(root, "command") ?? TextOf(root, "input") ?? SessionOf(root);
            }

            if (tool == ToolNames.SearchFiles)
            {
                return string.Join(' ', ((string?[])[TextOf(root, "pattern"), TextOf(root, "path"), TextOf(root, "glob")]).Where(part => part is not null));
            }

            string? command = TextOf(root, "command");
            string? path = tool == ToolNames.Bash ? null : TextOf(root, "path");
            return command is null ? NamesOf(root) ?? arguments : path is null ? command : $"{command} {path}";
        });

    /// <summary>The tool by whose rules a call is judged: what a session is started with, or reads, is a command line.</summary>
    public static string ToolOf(string tool, string arguments) =>
        tool == ToolNames.BashSession && Read(arguments, root => TextOf(root, "command") ?? TextOf(root, "input") ?? string.Empty).Length > 0 ? ToolNames.Bash : tool;

    /// <summary>The editor shows a file and writes none.</summary>
    public static bool IsView(string tool, string arguments) =>
        tool == ToolNames.TextEditor && Read(arguments, root => TextOf(root, "command") ?? string.Empty) == "view";

    /// <returns>Every argument: nothing that would run may be hidden from who approves it.</returns>
    public static string Whole(string arguments) => Read(
        arguments,
        root =>
        {
            if (root.EnumerateObject().Count() == 1 && TextOf(root, "command") is { } command)
            {
                return command;
            }

            var text = new StringBuilder();
            AppendTo(text, root, "");
            return text.ToString().TrimEnd('\n');
        });

    private static void AppendTo(StringBuilder text, JsonElement arguments, string prefix)
    {
        foreach (JsonProperty argument in arguments.EnumerateObject())
        {
            if (argument.Value.ValueKind == JsonValueKind.Object)
            {
                AppendTo(text, argument.Value, $"{prefix}{argument.Name}.");
                continue;
            }

            string value = argument.Value.ValueKind == JsonValueKind.String ? argument.Value.GetString()! : argument.Value.GetRawText();
            text.Append(prefix).Append(argument.Name).Append(value.Contains('\n') ? ":\n" : ": ").Append(value).Append('\n');
        }
    }

    private static IEnumerable<string> FilesOf(JsonElement root)
    {
        if (root.TryGetProperty("operation", out JsonElement operation) && operation.ValueKind == JsonValueKind.Object)
        {
            yield return $"{TextOf(operation, "type")?.Replace("_file", "", StringComparison.Ordinal)} {TextOf(operation, "path")}";
        }

        foreach (string line in (TextOf(root, "input") ?? "").Split('\n'))
        {
            foreach ((string header, string made) in Headers.Where(known => line.StartsWith(known.Header, StringComparison.Ordinal)))
            {
                yield return $"{made} {line[header.Length..].Trim()}";
            }
        }
    }

    private static string Read(string arguments, Func<JsonElement, string> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(arguments);
            return document.RootElement.ValueKind == JsonValueKind.Object ? read(document.RootElement) : arguments;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or ArgumentException)
        {
            // Not JSON, or no text, or JSON whose text is none: half a surrogate pair.
            return arguments;
        }
    }

    /// <summary>One way to write it, however the model did: a rule must not be gone around by blanks or escapes.</summary>
    private static string Plain(JsonElement root)
    {
        using MemoryStream written = new();
        using (Utf8JsonWriter json = new(written, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            root.WriteTo(json);
        }

        return Encoding.UTF8.GetString(written.GetBuffer().AsSpan(0, (int)written.Length));
    }

    private static string SessionOf(JsonElement root)
    {
        bool stops = root.TryGetProperty("stop", out JsonElement stop) && stop.ValueKind == JsonValueKind.True;
        return $"{(stops ? "stop" : "look at")} {TextOf(root, "session")}";
    }

    private static string? PlanOf(JsonElement root)
    {
        if (!root.TryGetProperty("plan", out JsonElement plan) || plan.ValueKind != JsonValueKind.Array
            || !plan.EnumerateArray().All(step => step.ValueKind == JsonValueKind.Object))
        {
            return null;
        }

        (string? Step, string? Status)[] steps = [.. plan.EnumerateArray().Select(step => (TextOf(step, "step"), TextOf(step, "status")))];
        string? current = steps.FirstOrDefault(step => step.Status == "in_progress").Step;
        return $"{steps.Count(step => step.Status == "completed")} of {steps.Length} steps done{(current is null ? string.Empty : $"; now: {current}")}";
    }

    private static string? NamesOf(JsonElement root) =>
        root.TryGetProperty("tasks", out JsonElement tasks) && tasks.ValueKind == JsonValueKind.Array
        && tasks.EnumerateArray().All(task => task.ValueKind == JsonValueKind.Object && TextOf(task, "name") is not null)
            ? string.Join(", ", tasks.EnumerateArray().Select(task => TextOf(task, "name")))
            : null;

    private static string? TextOf(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
