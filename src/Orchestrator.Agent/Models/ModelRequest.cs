using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Models;

/// <summary>One question to a model: everything it is shown and what it may answer with.</summary>
public sealed record ModelRequest
{
    /// <summary>The longest answer that is asked for, in tokens.</summary>
    public const int LongestAnswer = 16_384;

    /// <summary>The catalogue's id of the model, as in <c>gpt-5.5</c>.</summary>
    public required string Model { get; init; }

    public required IReadOnlyList<PromptItem> Prompt { get; init; }

    /// <summary>In a fixed order for the whole run: a changed list costs the provider's prompt cache.</summary>
    public required IReadOnlyList<ToolDefinition> Tools { get; init; }

    /// <summary>Routes requests of one run to the same prompt cache; the run's id.</summary>
    public required string CacheKey { get; init; }

    /// <summary>Attempts of this turn that failed before it was put off; they count towards the most that a turn may take.</summary>
    public int SpentAttempts { get; init; }

    /// <summary>Told, in words for a person, before each request that is sent again.</summary>
    public Func<string, CancellationToken, Task>? Retrying { get; init; }

    /// <summary>Told, in words for a person, of a request that is held back for some seconds, since others have used up what the provider allows.</summary>
    public Func<string, CancellationToken, Task>? Waiting { get; init; }

    /// <summary>Asked right before each request is sent; what it throws keeps that from being sent.</summary>
    public Func<CancellationToken, Task>? Sending { get; init; }

    /// <summary>Has the provider work in the background; null to have it answer while it is listened to.</summary>
    public BackgroundTerms? Background { get; init; }

    /// <summary>Upper bound of the answer in tokens, reasoning included; at least 16.</summary>
    public int MaxOutputTokens { get; init; } = LongestAnswer;
}

/// <summary>How an answer is had that the provider works on in the background, whether anybody listens or not.</summary>
/// <param name="ResponseId">The answer that it works on already, by its id; null to ask for one.</param>
/// <param name="Begun">Told the id of an answer as soon as the provider has given one, before anything of the answer is read.</param>
public sealed record BackgroundTerms(string? ResponseId, Func<string, CancellationToken, Task> Begun);
