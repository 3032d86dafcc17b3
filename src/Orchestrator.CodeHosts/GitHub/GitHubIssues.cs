using System.Globalization;
using Microsoft.Extensions.Options;
using Octokit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>The issues of GitHub that are tickets, asked about as whom pull requests are opened.</summary>
internal sealed class GitHubIssues(IOptions<GitHubOptions> options, GitHubTokens tokens, GitHubWire wire)
{
    /// <summary>What is missing to ask about a source's tickets, in words; null if nothing is. Nothing is asked.</summary>
    public string? FindFault(IntakeSource source) => IsHere(source.BaseUrl)
        ? tokens.FindFault()
        : $"its tickets are at {source.BaseUrl}, and {GitHubOptions.Section} names {options.Value.Api}; let both be the same server, the first as Api:Url of the source.";

    /// <summary>Whether somebody is named as whom a source's tickets are asked about; that they are of use is seen when they ask.</summary>
    public bool CanAsk(IntakeSource source) => IsHere(source.BaseUrl) && tokens.AreNamed;

    /// <exception cref="CodeHostException">The ticket is elsewhere, or none of GitHub's.</exception>
    public OpenIssue Open(Ticket ticket)
    {
        if (!IsHere(ticket.BaseUrl))
        {
            throw new CodeHostException($"GitHub: the ticket is at {ticket.BaseUrl}, which is not {options.Value.Api}: no token of that is shown to another.");
        }

        return ticket.Repository.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name] && long.TryParse(ticket.Number, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && new GitHubRepository(owner, name) is var at
            ? new OpenIssue(wire.Connect(tokens, at), at, number)
            : throw new CodeHostException($"GitHub: {ticket.Repository}#{ticket.Number} is no issue.");
    }

    private bool IsHere(Uri? api) => api is not null && Uri.Compare(api, options.Value.Api, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0
        && api.AbsolutePath.Trim('/') == options.Value.Api.AbsolutePath.Trim('/');
}

/// <summary>An issue, and who may be asked about it.</summary>
internal sealed record OpenIssue(ApiConnection Api, GitHubRepository At, long Number)
{
    /// <summary>For messages.</summary>
    public override string ToString() => $"{At.FullName}#{Number}";
}
