namespace Orchestrator.Agent.Accounts;

/// <summary>What a requester or a team may spend in one period.</summary>
/// <param name="Name">Whose it is, as in <c>requester anna</c>.</param>
/// <param name="Period">The day or the month, as in <c>2026-11-24</c> or <c>2026-11</c>.</param>
/// <param name="LimitUsd">Dollars, without what people have granted beyond them.</param>
public sealed record Account(string Name, string Period, decimal LimitUsd);

/// <summary>How an account stands.</summary>
/// <param name="Account">The account.</param>
/// <param name="SpentUsd">Dollars that providers have billed.</param>
/// <param name="ReservedUsd">Dollars that requests under way may cost at most.</param>
/// <param name="RaisedUsd">Dollars that people have granted beyond the limit, for this period.</param>
public sealed record AccountBalance(Account Account, decimal SpentUsd, decimal ReservedUsd, decimal RaisedUsd)
{
    public decimal LimitUsd => Account.LimitUsd + RaisedUsd;

    public decimal LeftUsd => LimitUsd - SpentUsd - ReservedUsd;
}

/// <summary>An account doesn't pay for a request; what history keeps of it.</summary>
/// <param name="Account">Whose it is.</param>
/// <param name="Period">Its day or month.</param>
/// <param name="LimitUsd">Dollars that it may spend.</param>
/// <param name="LeftUsd">Dollars that are neither spent nor reserved.</param>
/// <param name="NeededUsd">Dollars that the request may cost at least.</param>
public sealed record AccountShortage(string Account, string Period, decimal LimitUsd, decimal LeftUsd, decimal NeededUsd)
{
    /// <summary>What a person is asked to grant: a tenth of the limit, or more if that doesn't do.</summary>
    public decimal RaiseUsd()
    {
        const decimal cent = 0.01m;
        return decimal.Ceiling(Math.Max(LimitUsd / 10, NeededUsd - LeftUsd) / cent) * cent;
    }
}
