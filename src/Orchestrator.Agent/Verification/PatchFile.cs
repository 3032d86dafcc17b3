using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Files;

namespace Orchestrator.Agent.Verification;

/// <summary>Writes the patch of a run to where people find it.</summary>
public sealed class PatchFile(LandingDiff diffs, DataFolder data)
{
    /// <param name="admitted">The run's task.</param>
    /// <param name="tree">The git tree that it leads to.</param>
    /// <param name="accepted">The evidence that goes before it; null for files that nobody verified.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="LandingException">More changed than can land.</exception>
    public async Task<string> WriteAsync(AdmittedTask admitted, string tree, Verdict? accepted, CancellationToken cancellationToken)
    {
        Workspace workspace = WorkspaceTree.Of(data, admitted.RunId);
        bool isEmpty = (await WorkspaceTree.ChangedPathsAsync(workspace, admitted.BaseCommit, tree, cancellationToken)).Count == 0;
        DurableFile.CreateFolder(data.ResultsOf(admitted.RunId));
        string path = data.PatchOf(admitted.RunId);
        await DurableFile.WriteAsync(
            path,
            async file =>
            {
                if (accepted is not null && !isEmpty)
                {
                    await file.WriteAsync(PatchHeader.Of(admitted.Task, accepted), cancellationToken);
                }

                await diffs.WriteAsync(workspace, admitted.BaseCommit, tree, file, cancellationToken);
            });
        return path;
    }
}
