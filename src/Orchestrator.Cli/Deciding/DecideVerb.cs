using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Deciding;

/// <summary>A decision as <c>approve</c> and <c>deny</c> print it.</summary>
internal sealed record DecidedApproval(string Id, string RunId, ApprovalState State);

/// <summary><c>approve ID</c> and <c>deny ID --reason TEXT</c>: a person's answer. It counts as soon as it is stored, whether a process runs or not.</summary>
internal static class DecideVerb
{
    public static Command CreateApprove() => Create("approve", "Approve exactly what an approval shows.", isApproval: true);

    public static Command CreateDeny() => Create("deny", "Deny it; the model reads the reason word for word.", isApproval: false);

    private static Command Create(string name, string description, bool isApproval)
    {
        var id = new Argument<string>("ID") { Description = "The approval's id." };
        var reason = new Option<string?>("--reason") { Description = "Why.", Required = !isApproval };
        var digest = new Option<string?>("--digest") { Description = "The digest, or its beginning, of what you were shown; refused if it is something else now." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command(name, description) { id, reason, digest, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            string wanted = parsed.GetValue(id)!;
            await using Deployment deployment = await Deployment.OpenWithAsync($"approval '{wanted}'", parsed.GetValue(data), cancellationToken);
            IApprovalStore approvals = deployment.Services.GetRequiredService<IApprovalStore>();
            Approval approval = await approvals.FindAsync(wanted, cancellationToken)
                ?? throw new BadInputException($"There is no approval '{wanted}'; 'orchestrator approvals' lists the open ones.");
            if (parsed.GetValue(digest) is { } shown && !approval.Digest.StartsWith(shown, StringComparison.OrdinalIgnoreCase))
            {
                throw new BadInputException($"{wanted} asks for something else than digest {shown}; look again with 'orchestrator approvals'.");
            }

            var decision = new Decision(wanted, approval.Digest, isApproval, parsed.GetValue(reason), Environment.UserName);
            await DecideAsync(approvals, decision, cancellationToken);
            Approval decided = await approvals.FindAsync(wanted, cancellationToken) ?? approval;
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new DecidedApproval(decided.Id, decided.RunId, decided.State), CliJson.Default.DecidedApproval)
                : $"{decided.Id} {decided.State.ToString().ToLowerInvariant()}. If no process works on it: orchestrator resume {decided.RunId}{DataFolders.OptionFor(deployment.Data)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task DecideAsync(IApprovalStore approvals, Decision decision, CancellationToken cancellationToken)
    {
        DecisionOutcome outcome = await approvals.DecideAsync(decision, cancellationToken);
        switch (outcome)
        {
            case DecisionOutcome.Recorded:
                return;
            case DecisionOutcome.Closed:
                Approval? closed = await approvals.FindAsync(decision.ApprovalId, cancellationToken);
                throw new BadInputException(closed?.DecidedBy is { } person
                    ? $"{decision.ApprovalId} was {closed.State.ToString().ToLowerInvariant()} before, by {person}."
                    : $"{decision.ApprovalId} is not asked any more: its run was canceled or is over.");
            default:
                throw new BadInputException($"{decision.ApprovalId} changed while it was decided; look again with 'orchestrator approvals'.");
        }
    }
}
