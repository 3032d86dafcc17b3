using System.Globalization;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Accounts;

/// <summary>What pays for a request.</summary>
/// <param name="LongestAnswer">The longest answer that it may ask for, in tokens; null if it must not be sent.</param>
/// <param name="NeededUsd">Dollars that it may cost, if the run's own rest is too little; else null.</param>
/// <param name="Shortage">The account whose rest is too little; else null.</param>
public sealed record Grant(int? LongestAnswer, decimal? NeededUsd, AccountShortage? Shortage);

/// <summary>Reserves the worst case of a request before it is sent: within what its run has left, and of the accounts of its requester.</summary>
public sealed class Purse(IOptions<AccountOptions> options, IAccountStore accounts, TimeProvider time)
{
    /// <summary>How often others may come first between the look at the accounts and the reservation.</summary>
    private const int MostTries = 10;

    /// <param name="task">The run's task.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="leftUsd">What the run has left, in dollars; null without a limit.</param>
    /// <param name="inputTokens">The input's tokens.</param>
    public async Task<Grant> ReserveAsync(
        AdmittedTask task, ModelDescription model, decimal? leftUsd, long inputTokens, CancellationToken cancellationToken)
    {
        if (Reservation.LongestAnswer(model, leftUsd, inputTokens) is not { } longest)
        {
            return new Grant(null, Reservation.LeastCost(model.Prices!, inputTokens), null);
        }

        IReadOnlyList<Account> paying = model.Prices is null ? [] : AccountsOf(task.Requester);
        if (paying.Count == 0)
        {
            return new Grant(longest, null, null);
        }

        for (int tries = 0; ; tries++)
        {
            AccountBalance poorest = (await accounts.ReadAsync(paying, but: task.RunId, cancellationToken)).MinBy(balance => balance.LeftUsd)!;
            int? affordable = Reservation.LongestAnswer(model, Math.Min(leftUsd ?? poorest.LeftUsd, poorest.LeftUsd), inputTokens);
            if (affordable is not { } tokens || tries == MostTries)
            {
                await accounts.ReleaseAsync(task.RunId, cancellationToken);
                return new Grant(null, null, ShortageOf(poorest, Reservation.LeastCost(model.Prices!, inputTokens)));
            }

            if (await accounts.TryReserveAsync(task.RunId, paying, model.Prices!.MostCostOf(inputTokens, tokens), cancellationToken))
            {
                return new Grant(tokens, null, null);
            }
        }
    }

    /// <summary>Gives back what was reserved for a request that brought no answer.</summary>
    public Task ReleaseAsync(AdmittedTask task, CancellationToken cancellationToken) =>
        AccountsOf(task.Requester).Count == 0 ? Task.CompletedTask : accounts.ReleaseAsync(task.RunId, cancellationToken);

    /// <summary>How the accounts stand that are named in the settings, those of all requesters but for the unnamed ones.</summary>
    public Task<IReadOnlyList<AccountBalance>> ReadAsync(string requester, CancellationToken cancellationToken) => accounts.ReadAsync(
        [
            .. AccountsOf(requester)
                .Concat(options.Value.Requesters.Select(own => AccountOf($"requester {own.Key}", own.Value)))
                .Concat(options.Value.Teams.Select(team => AccountOf($"team {team.Key}", team.Value)))
                .Distinct(),
        ],
        but: null,
        cancellationToken);

    private IReadOnlyList<Account> AccountsOf(string requester)
    {
        AccountTerms? own = options.Value.Requesters.GetValueOrDefault(requester) ?? options.Value.EachRequester;
        return
        [
            .. own is null ? [] : new[] { AccountOf($"requester {requester}", own) },
            .. options.Value.Teams.Where(team => team.Value.Members.Contains(requester)).Select(team => AccountOf($"team {team.Key}", team.Value)),
        ];
    }

    private Account AccountOf(string name, AccountTerms terms) => new(
        name,
        time.GetUtcNow().ToString(terms.Every == AccountPeriod.Day ? "yyyy-MM-dd" : "yyyy-MM", CultureInfo.InvariantCulture),
        terms.Usd);

    private static AccountShortage ShortageOf(AccountBalance poorest, decimal neededUsd) =>
        new(poorest.Account.Name, poorest.Account.Period, poorest.LimitUsd, poorest.LeftUsd, neededUsd);
}
