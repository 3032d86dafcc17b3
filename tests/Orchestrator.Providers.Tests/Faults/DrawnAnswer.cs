using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Tests.Faults;

/// <summary>What a model says, before a dialect has its say: at random, but never nothing.</summary>
/// <param name="Id">Part of every id in it, so that no two answers can be taken for each other.</param>
/// <param name="HasThought">Reasoning goes before it.</param>
/// <param name="Text">The text.</param>
/// <param name="Calls">The calls, in order.</param>
internal sealed record DrawnAnswer(string Id, bool HasThought, string Text, IReadOnlyList<RequestedCall> Calls)
{
    private const int MostCalls = 3;
    private const int MostFragments = 12;

    /// <summary>What is hard on readers of event streams and of JSON.</summary>
    private static readonly string[] Fragments =
        ["a", "Grüße", " ", "\n", "\r\n", "\n\n", "\"", "\\", "🦊", "data: {}", "[DONE]", "\u2028", "</x>", "{", "}]", "\t", "\u0001", "event: error"];

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer ended at its limit, within its last call.</summary>
    public bool IsCut { get; init; }

    public ReplyEnd End => IsCut ? ReplyEnd.MaxOutputTokens : ReplyEnd.Completed;

    /// <summary>The calls that are whole.</summary>
    public IEnumerable<RequestedCall> WholeCalls => IsCut ? Calls.SkipLast(1) : Calls;

    /// <param name="random">Decides.</param>
    /// <param name="id">Tells it from other answers.</param>
    /// <param name="leastCalls">Calls that it has at least.</param>
    public static DrawnAnswer Draw(Random random, string id, int leastCalls = 0) => new(
        id,
        random.Next(2) == 0,
        $"Answer {id}: {Words(random)}",
        [.. Enumerable.Range(1, random.Next(leastCalls, MostCalls + 1)).Select(place => new RequestedCall($"{id}_{place}", "bash", Arguments(random)))]);

    public static string Arguments(Random random) => $$"""{"command":{{Json(Words(random))}}}""";

    public static string Words(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, MostFragments)).Select(_ => Fragments[random.Next(Fragments.Length)]));

    /// <summary>A text as JSON, the way our own writers write it.</summary>
    public static string Json(string text) => JsonSerializer.Serialize(text, Relaxed);

    /// <summary>The same with another last call.</summary>
    public DrawnAnswer WithLast(Func<RequestedCall, RequestedCall> change) => this with { Calls = [.. Calls.SkipLast(1), change(Calls[^1])] };
}
