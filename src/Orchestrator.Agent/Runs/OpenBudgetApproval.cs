using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Effects;

namespace Orchestrator.Agent.Runs;

/// <summary>Which limit a person is asked to raise.</summary>
public sealed record OpenBudgetApprovalInput(string ApprovalId, string RunId, int Turn, Limit Limit, Budget Budget);

/// <summary>Asks a person to grant once more what the task granted of a spent limit.</summary>
public sealed class OpenBudgetApproval(CheckpointTerms terms) : TaskActivity<OpenBudgetApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenBudgetApprovalInput input)
    {
        return await terms.OpenAsync(
            new Approval
            {
                Id = input.ApprovalId,
                RunId = input.RunId,
                Kind = CheckpointKind.Budget,
                Turn = input.Turn,
                Digest = EffectHash.Of(input.ApprovalId, input.Limit.ToString(), input.Budget.Describe(input.Limit)),
                Question = "A limit is reached. Shall the run go on?",
                Subject = $"{input.Budget.Describe(input.Limit)}; {input.Budget.DescribeRaise(input.Limit)}. Denying ends the run with its patch.",
                Because = $"the limit of {input.Budget.InWords(input.Limit)}",
            },
            CancellationToken.None);
    }
}
