using System.Text.RegularExpressions;

namespace Orchestrator.Providers.Scripted;

/// <summary>What a scripted model says, turn by turn.</summary>
internal sealed record Script(string File, IReadOnlyList<ScriptTurn> Turns)
{
    private static readonly ScriptTurn Ended = new() { Text = "script ended" };

    /// <summary>What sub-agents say, each by words of its objective.</summary>
    public IReadOnlyList<(string Objective, Script Script)> Agents { get; init; } = [];

    /// <summary>The script of the one that a conversation is with: of a sub-agent whose objective stands in it before the first answer, or this one.</summary>
    public Script PlayedFor(string opening) =>
        Agents.Where(agent => opening.Contains(agent.Objective, StringComparison.Ordinal)).Select(agent => agent.Script).FirstOrDefault() ?? this;

    /// <summary>The turn with this number, from 1. After the last one the model says that the script has ended.</summary>
    public ScriptTurn Turn(int number) => number <= Turns.Count ? Turns[number - 1] : Ended;

    /// <summary>What the model writes when it is asked, after the turn with this number, to hand over.</summary>
    public ScriptTurn SummaryAfter(int number) => new() { Text = (number > 0 ? Turn(number).Summary : null) ?? Stock(number) };

    private static string Stock(int number) =>
        $"""
        ## Done so far
        The turns 1 to {number} of the script.
        ## State of the work
        As they left it.
        ## Open problems
        none
        ## Next steps
        The turn after them.
        ## Decisions
        none
        """;
}

/// <summary>One answer of a scripted model.</summary>
internal sealed record ScriptTurn
{
    public string? Text { get; init; }

    public IReadOnlyList<ScriptCall> Calls { get; init; } = [];

    /// <summary>What it answers when it is asked after this turn to hand over; null for a stock answer.</summary>
    public string? Summary { get; init; }

    /// <summary>What the input since the last answer must match; null where anything will do.</summary>
    public Regex? Expect { get; init; }

    /// <summary>The tokens to report; null where they are estimated.</summary>
    public ScriptUsage? Usage { get; init; }

    /// <summary>The silence between the begin of the answer and its first item.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What goes wrong, request by request, before the turn is played.</summary>
    public IReadOnlyList<ScriptFailure> Failures { get; init; } = [];

    /// <summary>A turn that has nothing to say but a failure fails for ever.</summary>
    public bool AlwaysFails => Text is null && Calls.Count == 0;
}

/// <summary>A tool call of a scripted model; the arguments are sent as they stand here.</summary>
internal sealed record ScriptCall(string Tool, string Arguments);

/// <summary>Tokens that a scripted model claims.</summary>
internal sealed record ScriptUsage(long InputTokens, long CachedInputTokens, long OutputTokens);

/// <summary>One way for one request to fail.</summary>
internal sealed record ScriptFailure(FailureKind Kind)
{
    /// <summary>The HTTP status of <see cref="FailureKind.Status"/>.</summary>
    public int Status { get; init; }

    /// <summary>Sent as <c>retry-after</c>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>How a scripted model can fail; the names are those of script files.</summary>
internal enum FailureKind
{
    /// <summary>An HTTP status with the official error body; written as the number.</summary>
    Status,

    /// <summary>429 with <c>insufficient_quota</c>.</summary>
    Quota,

    /// <summary>400 with <c>context_length_exceeded</c>.</summary>
    ContextLength,

    /// <summary>The connection is closed before anything is answered.</summary>
    Close,

    /// <summary>Nothing is ever answered.</summary>
    Hang,

    /// <summary>The connection breaks in the middle of an item.</summary>
    Cut,

    /// <summary>The stream ends in good order, but before the answer does.</summary>
    Truncated,

    /// <summary>The stream falls silent in the middle of an item.</summary>
    Stall,

    /// <summary>Events that are no JSON.</summary>
    Garbage,

    /// <summary>The answer begins and ends with an error of the service.</summary>
    Failed,

    /// <summary>The answer ends at its token limit, in the middle of its last item.</summary>
    Incomplete,

    /// <summary>The answer is stopped by the content filter.</summary>
    Filtered,
}
