namespace Orchestrator.Agent.Accounts;

/// <summary>What one account may spend.</summary>
public sealed class AccountTerms
{
    /// <summary>Dollars for each period.</summary>
    public decimal Usd { get; set; }

    public AccountPeriod Every { get; set; } = AccountPeriod.Month;

    /// <summary>The requesters of a team; empty for an account of a requester's own.</summary>
    public IList<string> Members { get; set; } = [];
}

/// <summary>How long an account's limit lasts; periods begin at midnight, UTC.</summary>
public enum AccountPeriod
{
    Day,
    Month,
}
