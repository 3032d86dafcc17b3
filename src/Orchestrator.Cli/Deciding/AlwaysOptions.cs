using System.CommandLine;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Cli.Deciding;

/// <summary>What <c>approve</c> may allow for later: <c>--always PREFIX</c> with its scope, its end and its uses.</summary>
internal sealed class AlwaysOptions
{
    private readonly Option<string?> _prefix = new("--always") { Description = "Allow calls of the same tool for later whose every command begins with these words.", HelpName = "PREFIX" };

    private readonly Option<AlwaysScope> _scope = new("--scope") { Description = "With --always: for the run, or all runs of its requester or tenant.", DefaultValueFactory = _ => AlwaysScope.Run };

    private readonly Option<int> _days = new("--days") { Description = "With --always: for how many days.", DefaultValueFactory = _ => 1, HelpName = "N" };

    private readonly Option<int?> _uses = new("--uses") { Description = "With --always: for how many calls.", HelpName = "N" };

    public IReadOnlyList<Option> All => [_prefix, _scope, _days, _uses];

    /// <returns>Null if nothing is allowed for later.</returns>
    public AlwaysGrant? Of(ParseResult parsed) => parsed.GetValue(_prefix) is { } prefix
        ? new AlwaysGrant(parsed.GetValue(_scope), prefix, TimeSpan.FromDays(parsed.GetValue(_days)), parsed.GetValue(_uses))
        : null;
}
