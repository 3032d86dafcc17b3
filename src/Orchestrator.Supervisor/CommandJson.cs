using System.Text.Json;
using Orchestrator.Supervisor.Egress;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Supervisor;

/// <summary>
/// JSON of the records in a command's folder. By hand: the serializer's own start, even with generated code, took longer than the
/// sandbox, and every command would pay for it.
/// </summary>
internal static class CommandJson
{
    public static byte[] Write(CommandIntent intent) => Write(writer =>
    {
        writer.WriteString("argumentsHash", intent.ArgumentsHash);
        WriteStrings(writer, "command", intent.Command);
        WriteStrings(writer, "environment", intent.Environment);
        writer.WriteString("timeout", intent.Timeout.ToString());
        writer.WriteString("grace", intent.Grace.ToString());
        writer.WriteNumber("outputLimit", intent.OutputLimit);
        writer.WriteString("tree", intent.Tree);
        writer.WriteString("input", intent.Input);
        writer.WriteString("systemCallFilter", intent.SystemCallFilter);
        if (intent.Limits is { } limits)
        {
            writer.WriteStartObject("limits");
            writer.WriteNumber("memoryBytes", limits.MemoryBytes);
            writer.WriteNumber("processes", limits.Processes);
            if (limits.Processors is { } processors)
            {
                writer.WriteNumber("processors", processors);
            }

            writer.WriteNumber("freeBytes", limits.FreeBytes);
            writer.WriteEndObject();
        }

        if (intent.Egress is { } egress)
        {
            WriteRules(writer, egress);
        }
    });

    public static byte[] Write(CommandStart start) => Write(writer =>
    {
        writer.WriteString("argumentsHash", start.ArgumentsHash);
        writer.WriteNumber("supervisorId", start.SupervisorId);
        writer.WriteNumber("supervisorStart", start.SupervisorStart);
        writer.WriteString("bootId", start.BootId);
        writer.WriteString("startedAt", start.StartedAt);
    });

    public static byte[] Write(CommandExit exit) => Write(writer =>
    {
        writer.WriteNumber("exitCode", exit.ExitCode);
        writer.WriteString("end", exit.End.ToString());
        writer.WriteNumber("outputBytes", exit.OutputBytes);
        writer.WriteString("startedAt", exit.StartedAt);
        writer.WriteString("elapsed", exit.Elapsed.ToString());
    });

    public static CommandIntent ReadIntent(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new()
        {
            ArgumentsHash = Text(root, "argumentsHash"),
            Command = Strings(root, "command"),
            Environment = Strings(root, "environment"),
            Timeout = TimeSpan.Parse(Text(root, "timeout")),
            Grace = TimeSpan.Parse(Text(root, "grace")),
            OutputLimit = root.GetProperty("outputLimit").GetInt64(),
            Tree = Text(root, "tree"),
            Input = root.TryGetProperty("input", out JsonElement input) ? input.GetString() : null,
            SystemCallFilter = root.GetProperty("systemCallFilter").GetString(),
            Limits = root.TryGetProperty("limits", out JsonElement limits) ? Limits(limits) : null,
            Egress = root.TryGetProperty("egress", out JsonElement egress) ? ReadRules(egress) : null,
        };
    }

    public static CommandStart ReadStart(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new()
        {
            ArgumentsHash = Text(root, "argumentsHash"),
            SupervisorId = root.GetProperty("supervisorId").GetInt32(),
            SupervisorStart = root.GetProperty("supervisorStart").GetUInt64(),
            BootId = Text(root, "bootId"),
            StartedAt = root.GetProperty("startedAt").GetDateTimeOffset(),
        };
    }

    public static CommandExit ReadExit(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        JsonElement root = document.RootElement;
        return new()
        {
            ExitCode = root.GetProperty("exitCode").GetInt32(),
            End = Enum.Parse<CommandEnd>(Text(root, "end")),
            OutputBytes = root.GetProperty("outputBytes").GetInt64(),
            StartedAt = root.GetProperty("startedAt").GetDateTimeOffset(),
            Elapsed = TimeSpan.Parse(Text(root, "elapsed")),
        };
    }

    private static byte[] Write(Action<Utf8JsonWriter> properties)
    {
        using MemoryStream json = new();
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            properties(writer);
            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    private static TreeLimits Limits(JsonElement limits) => new()
    {
        MemoryBytes = limits.GetProperty("memoryBytes").GetInt64(),
        Processes = limits.GetProperty("processes").GetInt32(),
        Processors = limits.TryGetProperty("processors", out JsonElement processors) ? processors.GetDouble() : null,
        FreeBytes = limits.GetProperty("freeBytes").GetInt64(),
    };

    private static void WriteRules(Utf8JsonWriter writer, IReadOnlyList<EgressRule> rules)
    {
        writer.WriteStartArray("egress");
        foreach (EgressRule rule in rules)
        {
            writer.WriteStartObject();
            writer.WriteString("host", rule.Host);
            writer.WriteStartArray("ports");
            foreach (int port in rule.Ports)
            {
                writer.WriteNumberValue(port);
            }

            writer.WriteEndArray();
            writer.WriteBoolean("allowPrivate", rule.AllowPrivate);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static List<EgressRule> ReadRules(JsonElement rules) =>
    [
        .. rules.EnumerateArray().Select(rule => new EgressRule(
            Text(rule, "host"), [.. rule.GetProperty("ports").EnumerateArray().Select(port => port.GetInt32())], rule.GetProperty("allowPrivate").GetBoolean())),
    ];

    private static string Text(JsonElement root, string name) =>
        root.GetProperty(name).GetString() ?? throw new InvalidDataException($"The record's {name} is missing.");

    private static List<string> Strings(JsonElement root, string name)
    {
        List<string> values = [];
        foreach (JsonElement element in root.GetProperty(name).EnumerateArray())
        {
            values.Add(element.GetString() ?? "");
        }

        return values;
    }
}
