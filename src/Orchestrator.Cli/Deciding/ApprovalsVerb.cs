using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Deciding;

/// <summary>Open approvals as <c>approvals --json</c> prints them, oldest first.</summary>
internal sealed record ApprovalList(IReadOnlyList<Approval> Approvals);

/// <summary><c>approvals</c>: what waits for a person.</summary>
internal static class ApprovalsVerb
{
    public static Command Create()
    {
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("approvals", "List what waits for a person.") { data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            IReadOnlyList<Approval> open = deployment is null
                ? []
                : await deployment.Services.GetRequiredService<IApprovalStore>().ListOpenAsync(null, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new ApprovalList(open), CliJson.Default.ApprovalList));
                return ExitCode.Ok;
            }

            if (open.Count == 0)
            {
                Console.WriteLine("Nothing waits for a person.");
            }

            foreach (Approval approval in open)
            {
                Print(approval, DataFolders.OptionFor(deployment!.Data));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static void Print(Approval approval, string dataOption)
    {
        Console.WriteLine($"{approval.Id}  {approval.Question} ({approval.Because})");
        foreach (string line in approval.Subject.TrimEnd('\n').Split('\n'))
        {
            Console.WriteLine("    " + Visible.Of(line));
        }

        foreach (string line in StandingOf(approval))
        {
            Console.WriteLine("  " + Visible.Of(line));
        }

        Console.WriteLine($"  orchestrator approve {approval.Id} --digest {approval.Digest[..12]}{dataOption}");
        Console.WriteLine($"  orchestrator deny {approval.Id}{dataOption} --reason TEXT");
    }

    /// <summary>Who may decide and what was said so far; nothing where anybody may and nobody has.</summary>
    private static IEnumerable<string> StandingOf(Approval approval)
    {
        if (!approval.Terms.Deciders.IsAnybody || approval.Terms.Needed > 1)
        {
            yield return $"for {approval.Terms.Deciders.InWords()} to decide; {approval.Votes.Count} of {approval.Terms.Needed} have approved";
        }

        if (approval.ExpiresAt is { } end)
        {
            yield return $"ends at {end.ToLocalTime():yyyy-MM-dd HH:mm}";
        }

        if (approval.Batch is { } batch)
        {
            yield return $"asked together with others of {batch}";
        }

        foreach (ApprovalComment comment in approval.Comments)
        {
            yield return $"{comment.Name}: {comment.Text.ReplaceLineEndings(" ")}";
        }
    }
}
