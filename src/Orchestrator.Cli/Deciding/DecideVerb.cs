using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Deciding;

/// <summary>A decision as the verbs that decide print it.</summary>
internal sealed record DecidedApproval(string Id, string RunId, ApprovalState State, int Approved, int Needed);

/// <summary>
/// <c>approve</c>, <c>deny</c>, <c>edit</c>, <c>changes</c> and <c>ask</c>: a person's answer. It counts as soon as it is stored, whether a process runs or
/// not. Who decides is the user of this machine.
/// </summary>
internal static class DecideVerb
{
    public static Command CreateApprove()
    {
        var reason = new Option<string?>("--reason") { Description = "Why." };
        var always = new AlwaysOptions();
        return Create("approve", "Approve exactly what an approval shows.", [reason, .. always.All], (parsed, _, _) => Task.FromResult<Answer>(
            new Answer.Approve(parsed.GetValue(reason)) { Always = always.Of(parsed) }));
    }

    public static Command CreateDeny()
    {
        var reason = new Option<string?>("--reason") { Description = "Why.", Required = true };
        return Create("deny", "Deny it; the model reads the reason word for word.", [reason], (parsed, _, _) => Task.FromResult<Answer>(new Answer.Deny(parsed.GetValue(reason))));
    }

    public static Command CreateEdit()
    {
        var file = new Option<FileInfo>("--file") { Description = "The call's arguments as JSON, or for a command its text; for a plan the plan.", HelpName = "FILE" };
        var dropFile = new Option<string[]>("--drop-file") { Description = "Of a diff, a file that is left out. May be given again.", HelpName = "PATH" };
        var dropPart = new Option<string[]>("--drop-hunk") { Description = "Of a diff, a part that is left out, by its first line as its @@ +LINE says. May be given again.", HelpName = "PATH:LINE" };
        var reason = new Option<string?>("--reason") { Description = "Why." };
        const string what = "Have a call run with other arguments, the model go by another plan, or a diff land without some of its parts.";
        return Create("edit", what, [file, dropFile, dropPart, reason], async (parsed, approval, cancellationToken) =>
        {
            DroppedPart[] dropped = [.. (parsed.GetValue(dropFile) ?? []).Select(path => new DroppedPart(path)), .. (parsed.GetValue(dropPart) ?? []).Select(PartOf)];
            string edited = (parsed.GetValue(file), dropped.Length) switch
            {
                ({ } written, 0) => EditedArguments.Of(approval.Call?.Arguments, await File.ReadAllTextAsync(written.FullName, cancellationToken)),
                (null, > 0) when approval.Kind == CheckpointKind.Final => new DroppedParts(dropped).ToJson(),
                (null, > 0) => throw new BadInputException($"{approval.Id} asks about no diff, so there are no parts to leave out; use --file."),
                _ => throw new BadInputException("Give --file, or for a diff --drop-file and --drop-hunk."),
            };
            return new Answer.Edit(edited, parsed.GetValue(reason));
        });
    }

    public static Command CreateChanges()
    {
        var reason = new Option<string>("--reason") { Description = "What is to be changed.", Required = true };
        var comment = new Option<string[]>("--comment") { Description = "Of a diff, what is to be changed where: FILE:LINE:TEXT, or FILE::TEXT. May be given again.", HelpName = "PLACE" };
        return Create("changes", "Send it back with what is to be changed; the model reads it and goes on.", [reason, comment], (parsed, _, _) => Task.FromResult<Answer>(
            new Answer.RequestChanges(parsed.GetValue(reason)!) { Comments = [.. (parsed.GetValue(comment) ?? []).Select(CommentOf)] }));
    }

    public static Command CreateAsk()
    {
        var text = new Option<string>("--text") { Description = "What you want to know, or have to say.", Required = true };
        return Create("ask", "Say something about an approval, which stays open; the model isn't asked.", [text], (parsed, _, _) => Task.FromResult<Answer>(new Answer.Ask(parsed.GetValue(text)!)));
    }

    private static Command Create(
        string name, string description, IReadOnlyList<Option> options, Func<ParseResult, Approval, CancellationToken, Task<Answer>> answer)
    {
        var id = new Argument<string>("ID") { Description = "The approval's id." };
        var digest = new Option<string?>("--digest") { Description = "The digest, or its beginning, of what you were shown; refused if it is something else now." };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command(name, description) { id };
        foreach (Option option in (Option[])[.. options, digest, data, json])
        {
            command.Options.Add(option);
        }

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

            var decision = new Decision(
                wanted, approval.Digest, await answer(parsed, approval, cancellationToken), Decider.Local(Environment.UserName));
            DecisionOutcome outcome = await deployment.Services.GetRequiredService<Decisions>().DecideAsync(decision, cancellationToken);
            Approval decided = await approvals.FindAsync(wanted, cancellationToken) ?? approval;
            string told = OutcomeWords.Of(outcome, decided);
            int approved = decided.Votes.Count(vote => vote.Says == ApprovalState.Approved);
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new DecidedApproval(decided.Id, decided.RunId, decided.State, approved, decided.Terms.Needed), CliJson.Default.DecidedApproval)
                : $"{told}{(outcome is DecisionOutcome.Recorded ? $" If no process works on it: orchestrator resume {decided.RunId}{DataFolders.OptionFor(deployment.Data)}" : string.Empty)}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static DroppedPart PartOf(string place)
    {
        int colon = place.LastIndexOf(':');
        return colon > 0 && int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int line)
            ? new DroppedPart(place[..colon], line)
            : throw new BadInputException($"--drop-hunk '{place}' names no part; write PATH:LINE.");
    }

    private static ReviewComment CommentOf(string place)
    {
        string[] parts = place.Split(':', 3);
        int line = 0;
        return parts.Length == 3 && (parts[1].Length == 0 || int.TryParse(parts[1], out line))
            ? new ReviewComment(parts[0], parts[1].Length == 0 ? null : line, parts[2].Trim())
            : throw new BadInputException($"--comment '{place}' names no place; write FILE:LINE:TEXT, or FILE::TEXT for the whole file.");
    }
}
