using Octokit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Tickets;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>Says how far a run is by labels of its issue: that of the stage is put on, those of the other stages are taken off, all others stay.</summary>
internal sealed class GitHubLabels(GitHubIssues issues) : ITicketMover
{
    public TicketHost Host => TicketHost.GitHub;

    public string? FindFault(IntakeSource source) => issues.FindFault(source);

    public async Task<TicketMove?> PlanAsync(TicketPlace place, TicketStage stage, string? underWay, CancellationToken cancellationToken)
    {
        if (place.Source.States is not { } states)
        {
            return null;
        }

        OpenIssue issue = issues.Open(place.Ticket);
        var client = new IssuesLabelsClient(issue.Api);
        IReadOnlyList<Label> there = await GitHubErrors.TranslateAsync(
            $"the labels of {issue}", () => client.GetAllForIssue(issue.At.Owner, issue.At.Name, issue.Number), cancellationToken);
        string[] missing = states.Of(stage) is { } wanted && !there.Any(label => IsSame(label.Name, wanted)) ? [wanted] : [];
        string[] wrong = [.. there.Select(label => label.Name).Where(name => states.Others(stage).Contains(name, StringComparer.OrdinalIgnoreCase))];
        return missing.Length + wrong.Length == 0 ? null
            : new TicketMove(states.Of(stage) ?? string.Empty, over => GitHubErrors.TranslateAsync($"the labels of {issue}", ChangeAsync, over));

        async Task<bool> ChangeAsync()
        {
            if (missing.Length > 0)
            {
                await client.AddToIssue(issue.At.Owner, issue.At.Name, issue.Number, missing);
            }

            foreach (string name in wrong)
            {
                await RemoveAsync(client, issue, name);
            }

            return true;
        }
    }

    private static async Task RemoveAsync(IssuesLabelsClient client, OpenIssue issue, string name)
    {
        try
        {
            await client.RemoveFromIssue(issue.At.Owner, issue.At.Name, issue.Number, name);
        }
        catch (NotFoundException)
        {
            // Somebody else has taken it off.
        }
    }

    private static bool IsSame(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
