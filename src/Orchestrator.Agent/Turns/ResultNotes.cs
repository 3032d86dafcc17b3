using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Turns;

/// <summary>What is seen of a call in the light of those before it.</summary>
/// <param name="Signature">What call and result are known by.</param>
/// <param name="Text">For the model; empty if there is nothing to say.</param>
internal sealed record ResultNotes(string Signature, string Text)
{
    /// <param name="end">The call as it ended.</param>
    /// <param name="result">Its result.</param>
    /// <param name="before">The signatures of the calls before it.</param>
    /// <param name="workspace">Where it was made.</param>
    public static ResultNotes Of(EffectRecord end, ToolResult result, IReadOnlyList<string?> before, Workspace workspace)
    {
        string signature = Repetition.SignatureOf(end, result, before, () => WorkspaceStamp.Of(workspace));
        return new ResultNotes(signature, Repetition.NoteOf(Repetition.RoundsOf([.. before, signature])));
    }
}
