using System.Text;
using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Verification;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Files;

namespace Orchestrator.Agent.Runs;

/// <summary>Which verified tree a person is to look at.</summary>
public sealed record OpenFinalApprovalInput(string ApprovalId, string RunId, int Turn, Verdict Verdict);

/// <summary>Puts the diff and its evidence before a person before it lands.</summary>
public sealed class OpenFinalApproval(ITaskStore tasks, CheckpointTerms terms, DataFolder data)
    : TaskActivity<OpenFinalApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenFinalApprovalInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(input.RunId, cancellationToken);
        Workspace workspace = WorkspaceTree.Of(data, input.RunId);
        byte[] diff = await WorkspaceTree.DiffAsync(workspace, admitted.BaseCommit, input.Verdict.Tree, cancellationToken);
        DurableFile.CreateFolder(data.ResultsOf(input.RunId));
        DurableFile.Write(data.PatchOf(input.RunId), [.. PatchHeader.Of(admitted.Task, input.Verdict, diff), .. diff]);
        return await terms.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Final,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId, admitted.BaseCommit, input.Verdict.Tree),
                Question = "Shall this diff land?",
                Subject = Encoding.UTF8.GetString(diff),
                Because = "verified: " + string.Join(", ", input.Verdict.Checks.Select(check => $"{check.Name} exit code {check.ExitCode}")) + input.Verdict.SecretsInWords,
            },
            cancellationToken);
    }
}
