using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Turns;

/// <summary>What the orchestrator says behind a call's result.</summary>
/// <param name="Signature">What call and result are known by.</param>
/// <param name="Text">For the model; empty if there is nothing to say.</param>
internal sealed record ResultNotes(string Signature, string Text)
{
    private const int PathsShown = 20;

    /// <param name="end">The call as it ended.</param>
    /// <param name="result">Its result.</param>
    /// <param name="before">The signatures of the calls before it.</param>
    /// <param name="task">The run's task.</param>
    /// <param name="workspace">Where it was made.</param>
    public static async Task<ResultNotes> OfAsync(
        EffectRecord end, ToolResult result, IReadOnlyList<string?> before, AdmittedTask task, Workspace workspace, CancellationToken cancellationToken)
    {
        string signature = Repetition.SignatureOf(end, result, before, () => WorkspaceStamp.Of(workspace));
        string repeats = Repetition.NoteOf(Repetition.RoundsOf([.. before, signature]));
        bool isFenced = task.Task.AllowedPaths.Count + task.Task.ProtectedPaths.Count > 0;
        return new ResultNotes(signature, isFenced && end.Class == EffectClass.Contained ? repeats + await ScopeAsync(task, workspace, cancellationToken) : repeats);
    }

    private static async Task<string> ScopeAsync(AdmittedTask task, Workspace workspace, CancellationToken cancellationToken)
    {
        var scope = new PathScope(task.Task.AllowedPaths, task.Task.ProtectedPaths);
        IReadOnlyList<string> outside = await ScopeWatch.FindNewAsync(workspace, task.BaseCommit, scope, cancellationToken);
        if (outside.Count == 0)
        {
            return string.Empty;
        }

        IEnumerable<string> lines = outside.Take(PathsShown).Select(path => $"- {path.ReplaceLineEndings(" ")} {scope.WhyNot(path)}");
        string more = outside.Count > PathsShown ? $"\n- and {outside.Count - PathsShown} more" : string.Empty;
        return $"\n[status: out_of_scope | changed, but not to be changed: {outside.Count}]\n{string.Join('\n', lines)}{more}\n"
            + "Put this back as it was: a submission that changes it is not accepted.";
    }
}
