using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Providers.Scripted;

/// <summary>A provider's protocol, as a scripted model speaks it.</summary>
internal interface IScriptedDialect
{
    /// <summary>What the real service would refuse about a request; null if nothing.</summary>
    Refusal? FindFault(JsonElement body, IHeaderDictionary headers);

    /// <param name="body">A request without a fault.</param>
    ScriptedRequest Read(JsonElement body);

    /// <summary>What the model says to a request.</summary>
    IScriptedAnswer Answer(ScriptTurn turn, ScriptedRequest request, AnswerEnd end);

    /// <summary>What is answered in place of the turn where a script asks for a status, a spent quota or a prompt that is too long.</summary>
    Refusal RefusalFor(ScriptFailure failure);

    /// <summary>The body that goes with a refusal.</summary>
    ReadOnlyMemory<byte> Error(Refusal refusal);
}

/// <summary>One answer, as a whole or as the events of a stream, which are told in this order.</summary>
internal interface IScriptedAnswer
{
    /// <summary>What is sent at once to a request whose answer is fetched later; null where it isn't.</summary>
    ReadOnlyMemory<byte>? Receipt { get; }

    ReadOnlyMemory<byte> Whole();

    IEnumerable<ScriptedEvent> Begin();

    IEnumerable<ScriptedEvent> Items();

    /// <summary>The items up to the middle of the last one, where an answer breaks off.</summary>
    IEnumerable<ScriptedEvent> ItemsUntilBreak();

    IEnumerable<ScriptedEvent> End();
}

/// <summary>One event of a stream.</summary>
/// <param name="Name">The event's name; null in a dialect whose events have none.</param>
/// <param name="Data">What it carries, mostly JSON.</param>
internal sealed record ScriptedEvent(string? Name, ReadOnlyMemory<byte> Data);

/// <summary>How an answer ends.</summary>
internal enum AnswerEnd
{
    Completed,

    /// <summary>At its token limit, in the middle of the last item.</summary>
    Incomplete,

    /// <summary>Stopped by the content filter, in the middle of the last item.</summary>
    Filtered,

    /// <summary>By an error of the service.</summary>
    Failed,
}
