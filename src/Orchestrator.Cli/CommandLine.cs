using System.CommandLine;
using Orchestrator.Cli.Checking;
using Orchestrator.Cli.Deciding;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Listing;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Simulating;

namespace Orchestrator.Cli;

/// <summary>The one executable: its verbs, in the order in which a user meets them.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Runs long coding tasks to a verified patch, durably.")
        {
            RunVerb.Create(),
            ResumeVerb.Create(),
            WatchVerb.Create(),
            SubmitVerb.Create(),
            ListVerb.Create(),
            ShowVerb.Create(),
            PatchVerb.Create(),
            CancelVerb.Create(),
            ApprovalsVerb.Create(),
            DecideVerb.CreateApprove(),
            DecideVerb.CreateDeny(),
            LintVerb.Create(),
            DoctorVerb.Create(),
            HubVerb.Create(),
            WorkerVerb.Create(),
            SimulateVerb.Create(),
        };

        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync($"See 'orchestrator {string.Join(' ', VerbOf(parsed))}--help'.");
            return ExitCode.BadInput;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static IEnumerable<string> VerbOf(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? [] : [parsed.CommandResult.Command.Name + " "];
}
