using System.Text;
using Orchestrator.Agent.Models;

namespace Orchestrator.Agent.Transcripts;

/// <summary>One line of a run's transcript: what a model was told or said, never changed once written.</summary>
public sealed record TranscriptEntry
{
    public required EntryKind Kind { get; init; }

    public required int Turn { get; init; }

    /// <summary>The provider's id of the call that an observation answers; null for other kinds.</summary>
    public string? CallId { get; init; }

    /// <summary>Which model wrote a provider's item; null for other kinds.</summary>
    public Origin? Origin { get; init; }

    /// <summary>UTF-8 text, or the provider's JSON as it was received.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public static TranscriptEntry Instructions(string text) => OfText(EntryKind.Instructions, 0, text);

    public static TranscriptEntry User(int turn, string text) => OfText(EntryKind.User, turn, text);

    public static TranscriptEntry Observation(int turn, string callId, string text) =>
        OfText(EntryKind.Observation, turn, text) with { CallId = callId };

    public static TranscriptEntry ProviderItem(int turn, ReadOnlyMemory<byte> json, Origin origin) =>
        new() { Kind = EntryKind.ProviderItem, Turn = turn, Body = json, Origin = origin };

    public PromptItem ToPrompt() => Kind switch
    {
        EntryKind.Instructions => new PromptItem.Instructions(new Utf8Text(Body)),
        EntryKind.User => new PromptItem.UserMessage(new Utf8Text(Body)),
        EntryKind.ProviderItem => new PromptItem.ProviderItem(Body, Origin!),
        EntryKind.Observation => new PromptItem.CallOutput(CallId!, new Utf8Text(Body)),
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
}
