using System.Text.Json;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.People;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Providers.Catalogue;
using Orchestrator.Sql;

namespace Orchestrator.Cli;

/// <summary>Why a verb did nothing, as <c>--json</c> prints it.</summary>
/// <param name="ExitCode">2 or 5, the process's own.</param>
/// <param name="Message">What is wrong, as a person reads it.</param>
/// <param name="Fix">The next step towards mending it.</param>
internal sealed record CliFailure(int ExitCode, string Message, string Fix)
{
    private const string Doctor = "orchestrator doctor says what is missing here and how to mend it.";

    /// <returns>Null for what nobody expects.</returns>
    public static CliFailure? Of(Exception failure, string verb) => failure switch
    {
        TaskFileException => new(Cli.ExitCode.BadInput, failure.Message, "Mend the task where the message says; orchestrator lint TASK reads it again."),
        ProvidersFileException => new(Cli.ExitCode.BadInput, failure.Message, "Mend providers.yaml in the data folder; docs/models.md shows its keys."),
        RoutingFileException => new(Cli.ExitCode.BadInput, failure.Message, "Mend routing.yaml in the data folder; docs/models.md shows its keys."),
        PolicyFileException => new(Cli.ExitCode.BadInput, failure.Message, "Mend policies.yaml in the data folder; orchestrator policy check reads it again."),
        PeopleFileException => new(Cli.ExitCode.BadInput, failure.Message, "Mend people.yaml in the data folder; docs/policies.md shows its keys."),
        UnknownModelException => new(Cli.ExitCode.BadInput, failure.Message, "Name another model with --model, or in the task under 'model'."),
        ForkException => new(Cli.ExitCode.BadInput, failure.Message, "orchestrator show RUN lists its turns."),
        BadInputException => new(Cli.ExitCode.BadInput, failure.Message, HelpOf(verb)),
        ProviderException { Failure: ProviderFailure.Misconfigured or ProviderFailure.NotFound } => new(Cli.ExitCode.BadInput, failure.Message, Doctor),
        EnvironmentException or DatabaseException or ProviderException or OptionsValidationException or GitException or LandingException
            or IOException or UnauthorizedAccessException => new(Cli.ExitCode.EnvironmentLacks, failure.Message, Doctor),
        _ => null,
    };

    /// <param name="verb">The verb that was typed; empty if none was understood.</param>
    public static string HelpOf(string verb) => $"orchestrator {(verb.Length == 0 ? string.Empty : verb + " ")}--help says what can be typed.";

    /// <summary>Tells a person on standard error and, where it is asked for, a program on the last line of standard output.</summary>
    /// <returns>How the process ends.</returns>
    public async Task<int> TellAsync(bool json)
    {
        foreach (string line in Message.Split('\n'))
        {
            await Console.Error.WriteLineAsync(Visible.Of(line));
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new FailureReport(this), CliJson.Default.FailureReport));
        }

        return ExitCode;
    }
}

/// <summary>The object around a <see cref="CliFailure"/>: no result of a verb has this one key.</summary>
internal sealed record FailureReport(CliFailure Error);
