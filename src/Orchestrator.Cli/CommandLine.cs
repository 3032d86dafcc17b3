using System.CommandLine;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Auditing;
using Orchestrator.Cli.Backups;
using Orchestrator.Cli.Bundling;
using Orchestrator.Cli.Checking;
using Orchestrator.Cli.Deciding;
using Orchestrator.Cli.Functions;
using Orchestrator.Cli.Governing;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Intake;
using Orchestrator.Cli.Listing;
using Orchestrator.Cli.Notifying;
using Orchestrator.Cli.Purging;
using Orchestrator.Cli.Replaying;
using Orchestrator.Cli.Running;
using Orchestrator.Cli.Scheduling;
using Orchestrator.Cli.Serving;
using Orchestrator.Cli.Simulating;
using Orchestrator.Cli.Steering;

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
            ForkVerb.CreateFork(),
            ForkVerb.CreateRewind(),
            WatchVerb.Create(),
            SubmitVerb.Create(),
            ListVerb.Create(),
            ShowVerb.Create(),
            PatchVerb.Create(),
            CostVerb.Create(),
            CompactionsVerb.Create(),
            BudgetsVerb.Create(),
            CancelVerb.Create(),
            SignalVerb.CreatePause(),
            SignalVerb.CreateMessage(),
            KillSwitchVerb.Create(),
            ScheduleVerb.Create(),
            ApprovalsVerb.Create(),
            DecideVerb.CreateApprove(),
            DecideVerb.CreateDeny(),
            DecideVerb.CreateEdit(),
            DecideVerb.CreateChanges(),
            DecideVerb.CreateAsk(),
            PolicyVerb.Create(),
            RulesVerb.Create(),
            LintVerb.Create(),
            EstimateVerb.Create(),
            DoctorVerb.Create(),
            ServeVerb.Create(),
            TokenVerb.Create(),
            HubVerb.Create(),
            WorkerVerb.Create(),
            FunctionsVerb.Create(),
            ReplayVerb.Create(),
            BundleVerb.Create(),
            PurgeVerb.Create(),
            BackupVerb.Create(),
            RestoreVerb.Create(),
            AuditVerb.Create(),
            NotificationsVerb.Create(),
            IntakeVerb.Create(),
            SimulateVerb.Create(),
        };

        // A word that begins with @ is one, as in @daily, and no file of further words.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return await FailureOf(parsed, root).TellAsync(arguments.Contains(Verb.JsonName));
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Drain.LongestEnd(parsed) });
    }

    private static CliFailure FailureOf(ParseResult parsed, RootCommand root)
    {
        if (parsed.CommandResult.Command != root)
        {
            string verb = parsed.CommandResult.Command.Name;
            string[] messages = [.. parsed.Errors.Select(error => error.Message), $"See 'orchestrator {verb} --help'."];
            return new CliFailure(ExitCode.BadInput, string.Join('\n', messages), CliFailure.HelpOf(verb));
        }

        string help = CliFailure.HelpOf(string.Empty);
        if (parsed.UnmatchedTokens is not [{ } typed, ..])
        {
            return new CliFailure(ExitCode.BadInput, $"Name a verb, as in 'orchestrator run TASK'; {help}", help);
        }

        // A word that is too far off would be guessed at.
        string? nearest = NearestName.Find(typed, root.Subcommands.Select(verb => verb.Name));
        string message = nearest is null ? $"There is no verb '{typed}'; {help}" : $"There is no verb '{typed}'; did you mean '{nearest}'?";
        return new CliFailure(ExitCode.BadInput, message, nearest is null ? help : $"orchestrator {nearest}");
    }
}
