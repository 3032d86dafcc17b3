using Orchestrator.Agent.Accounts;
using Orchestrator.Agent.Timeline;
using Orchestrator.Sql;

namespace Orchestrator.Storage;

/// <summary>Accounts as rows; a reservation is made in one transaction over all accounts that pay, and settled in that of the answer.</summary>
internal sealed class AccountRows(RunDatabase database) : IAccountStore
{
    public Task<IReadOnlyList<AccountBalance>> ReadAsync(IReadOnlyList<Account> accounts, string? but, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<AccountBalance>>(
            connection => [.. accounts.Select(account => Read(connection, account, but))], cancellationToken);

    public Task<bool> TryReserveAsync(string run, IReadOnlyList<Account> accounts, decimal usd, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection =>
            {
                if (accounts.Any(account => Read(connection, account, but: run).LeftUsd < usd))
                {
                    return false;
                }

                Release(connection, run);
                foreach (Account account in accounts)
                {
                    connection.Execute(
                        "INSERT INTO account_reservations(run_id, account, period, nanousd, limit_nanousd) VALUES($1, $2, $3, $4, $5)",
                        run, account.Name, account.Period, Money.ToNano(usd), Money.ToNano(account.LimitUsd));
                }

                return true;
            },
            cancellationToken);

    public Task ReleaseAsync(string run, CancellationToken cancellationToken) =>
        database.WriteAsync(connection => Release(connection, run), cancellationToken);

    public Task RaiseAsync(string key, string account, string period, decimal usd, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.Execute(
            "INSERT INTO account_raises(key, account, period, nanousd, at) VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            key, account, period, Money.ToNano(usd), database.Now),
        cancellationToken);

    /// <summary>Puts what a run was billed in the place of what it had reserved.</summary>
    /// <param name="turn">The turn that spent it.</param>
    /// <returns>What is to be told: accounts of which half, most or all is spent by that.</returns>
    internal static IReadOnlyList<RunEvent> Settle(SqlSession connection, string run, int turn, decimal usd)
    {
        IReadOnlyList<AccountBalance> paying = connection.Query(
            "SELECT account, period, limit_nanousd FROM account_reservations WHERE run_id = $1 ORDER BY account",
            reader => new Account(reader.GetString(0), reader.GetString(1), Money.ToUsd(reader.GetInt64(2))),
            run).Select(account => Read(connection, account, but: run)).ToArray();
        connection.Execute(
            """
            INSERT INTO account_spending(account, period, nanousd)
            SELECT account, period, $2 FROM account_reservations WHERE run_id = $1
            ON CONFLICT(account, period) DO UPDATE SET nanousd = account_spending.nanousd + excluded.nanousd
            """,
            run, Money.ToNano(usd));
        Release(connection, run);
        return [.. paying.SelectMany(balance => AlertOf(balance, turn, usd))];
    }

    private static IEnumerable<RunEvent> AlertOf(AccountBalance before, int turn, decimal usd)
    {
        var share = new SpentShare(before.LimitUsd, before.SpentUsd, Told: 0);
        return (share with { Told = share.Percent }).Alert(turn, usd, $"{before.Account.Name} for {before.Account.Period}");
    }

    internal static void Release(SqlSession connection, string run) =>
        connection.Execute("DELETE FROM account_reservations WHERE run_id = $1", run);

    private static AccountBalance Read(SqlSession connection, Account account, string? but) => connection.Find(
        """
        SELECT
          (SELECT CAST(coalesce(sum(nanousd), 0) AS BIGINT) FROM account_spending WHERE account = $1 AND period = $2),
          (SELECT CAST(coalesce(sum(nanousd), 0) AS BIGINT) FROM account_reservations WHERE account = $1 AND period = $2 AND (CAST($3 AS TEXT) IS NULL OR run_id <> $3)),
          (SELECT CAST(coalesce(sum(nanousd), 0) AS BIGINT) FROM account_raises WHERE account = $1 AND period = $2)
        """,
        reader => new AccountBalance(
            account, Money.ToUsd(reader.GetInt64(0)), Money.ToUsd(reader.GetInt64(1)), Money.ToUsd(reader.GetInt64(2))),
        account.Name, account.Period, but)!;
}
