using System.Text;
using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Transcripts;

/// <summary>One line of a run's transcript: what a model was told or said, never changed once written.</summary>
public sealed record TranscriptEntry
{
    public required EntryKind Kind { get; init; }

    public required int Turn { get; init; }

    /// <summary>The provider's id of the call that an observation, or its screenshot, answers; null for other kinds.</summary>
    public string? CallId { get; init; }

    /// <summary>Which model wrote a provider's item; null for other kinds.</summary>
    public Origin? Origin { get; init; }

    /// <summary>UTF-8 text, or the provider's JSON as it was received, or a PNG.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public static TranscriptEntry Instructions(string text) => OfText(EntryKind.Instructions, 0, text);

    public static TranscriptEntry User(int turn, string text) => OfText(EntryKind.User, turn, text);

    public static TranscriptEntry Observation(int turn, string callId, string text) =>
        OfText(EntryKind.Observation, turn, text) with { CallId = callId };

    public static TranscriptEntry ProviderItem(int turn, ReadOnlyMemory<byte> json, Origin origin) =>
        new() { Kind = EntryKind.ProviderItem, Turn = turn, Body = json, Origin = origin };

    /// <param name="callId">The call whose observation stands before it.</param>
    /// <param name="png">What a screen showed behind the call.</param>
    public static TranscriptEntry Screenshot(int turn, string callId, ReadOnlyMemory<byte> png) =>
        new() { Kind = EntryKind.Screenshot, Turn = turn, CallId = callId, Body = png };

    /// <summary>Entries as a model is shown them: a screenshot is part of the output that it belongs to.</summary>
    public static IReadOnlyList<PromptItem> PromptOf(IEnumerable<TranscriptEntry> entries)
    {
        List<PromptItem> prompt = [];
        foreach (TranscriptEntry entry in entries)
        {
            if (entry.Kind != EntryKind.Screenshot)
            {
                prompt.Add(entry.ToPrompt());
            }
            else if (prompt is [.., PromptItem.CallOutput output] && output.CallId == entry.CallId)
            {
                prompt[^1] = output with { Screenshot = entry.Body };
            }
        }

        return prompt;
    }

    private PromptItem ToPrompt() => Kind switch
    {
        EntryKind.Instructions => new PromptItem.Instructions(new Utf8Text(Body)),
        EntryKind.User => new PromptItem.UserMessage(new Utf8Text(Body)),
        EntryKind.ProviderItem => new PromptItem.ProviderItem(Body, Origin!),
        EntryKind.Observation => new PromptItem.CallOutput(CallId!, new Utf8Text(Body)),
        EntryKind.Screenshot => throw new InvalidOperationException("A screenshot is part of an output."),
    };

    private static TranscriptEntry OfText(EntryKind kind, int turn, string text) =>
        new() { Kind = kind, Turn = turn, Body = Encoding.UTF8.GetBytes(text) };
}

/// <summary>Who speaks in a transcript entry.</summary>
public enum EntryKind
{
    /// <summary>The instructions, from the template.</summary>
    Instructions,

    /// <summary>A person, or the orchestrator on their behalf.</summary>
    User,

    /// <summary>The model.</summary>
    ProviderItem,

    /// <summary>A tool.</summary>
    Observation,

    /// <summary>A screen, as a tool saw it; right behind its observation.</summary>
    Screenshot,
}
