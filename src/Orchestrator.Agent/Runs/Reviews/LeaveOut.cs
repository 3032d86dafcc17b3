using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Reviews;

/// <summary>
/// Takes what a reviewer left out of a diff out of its tree, exactly that, in the trusted git folder. The agent's files stay as they are: a
/// model that has to work on is told what to take out of them.
/// </summary>
public sealed class LeaveOut(ITaskStore tasks, IApprovalStore approvals, LandingDiff diffs, DataFolder data) : TaskActivity<OpenFinalApprovalInput, string?>
{
    /// <returns>The tree of the rest; null if it can't be had, since the parts hang together.</returns>
    public override async Task<string?> RunAsync(TaskActivityContext context, OpenFinalApprovalInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(input.RunId, cancellationToken);
        Approval? edited = await approvals.FindAsync(input.ApprovalId, cancellationToken);
        DroppedParts dropped = DroppedParts.TryRead(edited?.EditedArguments)
            ?? throw new InvalidOperationException($"The approval {input.ApprovalId} was not closed by leaving something out.");
        Workspace workspace = WorkspaceTree.Of(data, input.RunId);
        using var diff = new MemoryStream();
        await diffs.WriteAsync(workspace, admitted.BaseCommit, input.Verdict.Tree, diff, cancellationToken);
        try
        {
            return await WorkspaceTree.TakeBackAsync(workspace, input.Verdict.Tree, PartialPatch.Of(diff.ToArray(), dropped), cancellationToken);
        }
        catch (GitException)
        {
            // As of a file in whose place a folder is: one can't be taken back without the other.
            return null;
        }
    }
}
