using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Runs.SubAgents;

/// <summary>What a model wants one sub-agent to do.</summary>
internal sealed record DelegatedTask
{
    /// <summary>JSON Schema of a call's arguments.</summary>
    public const string Parameters =
        """
        {"type":"object","properties":{"tasks":{"type":"array","minItems":1,"maxItems":32,"items":{"type":"object","properties":{"name":{"type":"string","description":"A few words."},"objective":{"type":"string","description":"What is to be done, with everything that the sub-agent must know: it sees the files, and nothing of this conversation."},"context":{"type":"array","items":{"type":"string"},"description":"Files that it is shown at the start, relative to the workspace."},"allowedPaths":{"type":"array","items":{"type":"string"},"description":"Patterns of the paths that it may change; yours if left out."},"success":{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"},"run":{"type":"string"}},"required":["name","run"],"additionalProperties":false},"description":"Commands that must end with exit code 0 on its files."},"usd":{"type":"number","exclusiveMinimum":0,"description":"Dollars that it may spend; an equal share of what is left if left out."},"turns":{"type":"integer","minimum":1,"description":"Answers that it may take; 50 if left out."}},"required":["name","objective"],"additionalProperties":false}}},"required":["tasks"],"additionalProperties":false}
        """;

    public required string Name { get; init; }

    public required string Objective { get; init; }

    public IReadOnlyList<string>? Context { get; init; }

    public IReadOnlyList<string>? AllowedPaths { get; init; }

    public IReadOnlyList<SuccessCriterion>? Success { get; init; }

    public decimal? Usd { get; init; }

    public int? Turns { get; init; }

    /// <summary>Reads a call's arguments.</summary>
    /// <param name="json">The arguments, as the model wrote them.</param>
    /// <param name="most">How many sub-agents one call may start.</param>
    /// <param name="tasks">What they are to do, in order.</param>
    /// <param name="error">What is wrong with the arguments, in words for the model.</param>
    public static bool TryRead(
        string json, int most, [NotNullWhen(true)] out IReadOnlyList<DelegatedTask>? tasks, [NotNullWhen(false)] out string? error)
    {
        tasks = null;
        try
        {
            tasks = JsonSerializer.Deserialize(json, DelegationJson.Default.DelegatedTasks)?.Tasks ?? [];
            error = tasks.Count == 0 ? "'tasks' is empty; say what is to be done."
                : tasks.Count > most ? $"At most {most} sub-agents can be started by one call; {tasks.Count} are asked for."
                : tasks.Select(task => task.Fault()).FirstOrDefault(fault => fault is not null);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            error = $"The arguments can't be read: {failure.Message}";
        }

        return error is null && tasks is not null;
    }

    private string? Fault() =>
        string.IsNullOrWhiteSpace(Name) || string.IsNullOrWhiteSpace(Objective) ? "Each task needs a name and an objective."
        : Usd <= 0 ? $"'usd' of {Name} must be above 0."
        : Turns <= 0 ? $"'turns' of {Name} must be above 0."
        : Success?.GroupBy(criterion => criterion.Name).FirstOrDefault(names => names.Count() > 1) is { } twice ? $"'success' of {Name} has '{twice.Key}' twice."
        : null;
}

/// <summary>The arguments of a call that delegates.</summary>
internal sealed record DelegatedTasks(IReadOnlyList<DelegatedTask> Tasks);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(DelegatedTasks))]
internal sealed partial class DelegationJson : JsonSerializerContext;
