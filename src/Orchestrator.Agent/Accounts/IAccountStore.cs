namespace Orchestrator.Agent.Accounts;

/// <summary>What accounts have spent, and what requests under way have reserved of them: one reservation for each run, which asks one thing at a time.</summary>
public interface IAccountStore
{
    /// <param name="accounts">The accounts.</param>
    /// <param name="but">A run whose reservations don't count; null for none.</param>
    Task<IReadOnlyList<AccountBalance>> ReadAsync(IReadOnlyList<Account> accounts, string? but, CancellationToken cancellationToken);

    /// <summary>Reserves the same dollars of all accounts, or of none, in place of what the run had reserved. What the run's next answer is billed as settles it.</summary>
    /// <returns>False if one of them has too little left.</returns>
    Task<bool> TryReserveAsync(string run, IReadOnlyList<Account> accounts, decimal usd, CancellationToken cancellationToken);

    /// <summary>Gives back what a run has reserved: its request brought no answer.</summary>
    Task ReleaseAsync(string run, CancellationToken cancellationToken);

    /// <summary>Grants an account more for its period; once for each key.</summary>
    Task RaiseAsync(string key, string account, string period, decimal usd, CancellationToken cancellationToken);
}
