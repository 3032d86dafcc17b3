using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Accounts;

/// <summary>What people and teams may spend in a day or a month, all their runs taken together.</summary>
public sealed class AccountOptions
{
    public const string Section = "Budgets";

    /// <summary>For each requester that <see cref="Requesters"/> doesn't name; null for no limit.</summary>
    public AccountTerms? EachRequester { get; set; }

    /// <summary>By the requester's name.</summary>
    public Dictionary<string, AccountTerms> Requesters { get; set; } = [];

    /// <summary>By the team's name; a requester may be in several, and each of them pays.</summary>
    public Dictionary<string, AccountTerms> Teams { get; set; } = [];
}

internal sealed class AccountOptionsValidator : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        string[] faults = [.. Faults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(AccountOptions options)
    {
        IEnumerable<(string Place, AccountTerms Terms)> all =
        [
            .. options.EachRequester is { } each ? [("EachRequester", each)] : Array.Empty<(string, AccountTerms)>(),
            .. options.Requesters.Select(account => ($"Requesters:{account.Key}", account.Value)),
            .. options.Teams.Select(account => ($"Teams:{account.Key}", account.Value)),
        ];
        foreach ((string place, AccountTerms terms) in all)
        {
            bool isTeam = place.StartsWith("Teams:", StringComparison.Ordinal);
            if (terms.Usd <= 0)
            {
                yield return $"{AccountOptions.Section}:{place}:Usd must be a number above 0 in settings.json.";
            }

            if (isTeam != terms.Members.Count > 0)
            {
                yield return $"{AccountOptions.Section}:{place}:Members must {(isTeam ? "name the team's requesters" : "be left out: only teams have members")} in settings.json.";
            }
        }
    }
}
