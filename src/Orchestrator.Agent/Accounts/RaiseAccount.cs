using Microsoft.DurableTask;

namespace Orchestrator.Agent.Accounts;

/// <summary>What a person has granted an account beyond its limit.</summary>
/// <param name="ApprovalId">The approval in which that was granted.</param>
/// <param name="Shortage">What was too little.</param>
public sealed record RaiseAccountInput(string ApprovalId, AccountShortage Shortage);

/// <summary>Grants an account more for its period, once for each approval.</summary>
public sealed class RaiseAccount(IAccountStore accounts) : TaskActivity<RaiseAccountInput, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, RaiseAccountInput input)
    {
        AccountShortage shortage = input.Shortage;
        await accounts.RaiseAsync(input.ApprovalId, shortage.Account, shortage.Period, shortage.RaiseUsd(), CancellationToken.None);
        return true;
    }
}
