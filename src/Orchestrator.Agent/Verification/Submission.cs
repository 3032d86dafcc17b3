using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Verification;

/// <summary>What an agent submits, and what can be said of them before a command has run.</summary>
/// <param name="Tree">The git tree.</param>
/// <param name="OutOfScope">Changed paths that the task doesn't let the run change.</param>
/// <param name="Secrets">Secrets in the diff, each as its path and its kind; null if there is none.</param>
/// <param name="TooLarge">Why the changes can't land, in words; null if they can.</param>
internal sealed record Submission(string Tree, IReadOnlyList<string> OutOfScope, IReadOnlyList<string>? Secrets, string? TooLarge)
{
    public static async Task<Submission> OfAsync(
        AdmittedTask admitted, Workspace workspace, string tree, LandingDiff diffs, Redactor redactor, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> changed = await WorkspaceTree.ChangedPathsAsync(workspace, admitted.BaseCommit, tree, cancellationToken);
        var scope = new PathScope(admitted.Task.AllowedPaths, admitted.Task.ProtectedPaths);
        string[] outOfScope = [.. changed.Where(path => !scope.Allows(path))];
        if (await diffs.WhyNotAsync(workspace, admitted.BaseCommit, tree, cancellationToken) is { } tooLarge)
        {
            return new Submission(tree, outOfScope, null, tooLarge);
        }

        // A file without a name: whoever is killed leaves nothing.
        string path = Path.Combine(workspace.Git, $"diff-{Guid.NewGuid():N}");
        await using var diff = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);
        File.Delete(path);
        await diffs.WriteAsync(workspace, admitted.BaseCommit, tree, diff, cancellationToken);
        diff.Position = 0;
        return new Submission(tree, outOfScope, await DiffSecrets.FindAsync(redactor, diff, cancellationToken), null);
    }
}
