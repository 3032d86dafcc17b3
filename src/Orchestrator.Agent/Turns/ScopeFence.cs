using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Files;

namespace Orchestrator.Agent.Turns;

/// <summary>
/// Puts back what a command has changed outside the task's paths, and tells the model. What was put back is noted before, so that a
/// repetition after a kill tells it as well.
/// </summary>
public sealed class ScopeFence(IEffectJournal journal, IWorkspaceSnapshots snapshots, DataFolder data)
{
    private const int PathsShown = 20;
    private const string Noted = "out-of-scope";

    /// <returns>What the model is told; empty if there is nothing to say.</returns>
    public async Task<string> PutBackAsync(AdmittedTask task, EffectRecord end, CancellationToken cancellationToken)
    {
        bool isFenced = task.Task.AllowedPaths.Count + task.Task.ProtectedPaths.Count > 0;
        if (!isFenced || end.Class is EffectClass.Pure or EffectClass.Redo or EffectClass.Delegates)
        {
            return string.Empty;
        }

        EffectId effect = end.Effect;
        Workspace workspace = WorkspaceTree.Of(data, effect.Run);
        var scope = new PathScope(task.Task.AllowedPaths, task.Task.ProtectedPaths);
        string note = Path.Combine(data.EffectsOf(effect.Run), effect.Folder, Noted);
        IReadOnlyList<string> outside = await ScopeWatch.FindAsync(workspace, task.BaseCommit, scope, cancellationToken);
        IReadOnlyList<string> noted = File.Exists(note) ? PathText.Names(await File.ReadAllBytesAsync(note, cancellationToken)) : [];
        string[] changed = [.. outside.Union(noted).Order(StringComparer.Ordinal)];
        if (changed.Length == 0)
        {
            return string.Empty;
        }

        DurableFile.CreateFolder(Path.GetDirectoryName(note)!);
        DurableFile.Write(note, PathText.Lines(changed));
        await TryPutBackAsync(workspace, effect, outside, cancellationToken);
        HashSet<string> left = [.. await ScopeWatch.FindAsync(workspace, task.BaseCommit, scope, cancellationToken)];
        return Tell(changed, left, scope);
    }

    private async Task TryPutBackAsync(Workspace workspace, EffectId effect, IReadOnlyList<string> outside, CancellationToken cancellationToken)
    {
        if (outside.Count == 0 || await journal.FindSnapshotAsync(effect.Run, effect.Turn, cancellationToken) is not { Length: > 0 } before)
        {
            return;
        }

        try
        {
            await snapshots.PutBackAsync(workspace, before, outside, cancellationToken);
        }
        catch (SnapshotException)
        {
            // What is left is told, and turned away by the verification.
        }
    }

    private static string Tell(string[] changed, HashSet<string> left, PathScope scope)
    {
        IEnumerable<string> lines = changed.Take(PathsShown).Select(
            path => $"- {PathText.Shown(path).ReplaceLineEndings(" ")} {scope.WhyNot(path)}{(left.Contains(path) ? string.Empty : "; it is as it was before")}");
        string more = changed.Length > PathsShown ? $"\n- and {changed.Length - PathsShown} more" : string.Empty;
        string rest = left.Count == 0 ? string.Empty : "\nPut the rest back as it was: a submission that changes it is not accepted.";
        return $"\n[status: out_of_scope | changed, but not to be changed: {changed.Length}; undone: {changed.Count(path => !left.Contains(path))}]\n{string.Join('\n', lines)}{more}{rest}";
    }
}
