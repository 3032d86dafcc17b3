using System.CommandLine;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Cli.Running;
using Orchestrator.Sql;

namespace Orchestrator.Cli;

/// <summary>What all verbs share: the data folder, JSON output, and expected failures told in one readable message.</summary>
internal static class Verb
{
    public static Option<string?> Data() => new("--data")
    {
        Description = "The data folder. Default: $ORCHESTRATOR_DATA, else orchestrator in the user's data folder.",
        HelpName = "DIR",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object on the last line of standard output." };

    public static Argument<string> Run() => new("RUN") { Description = "The run's id." };

    /// <summary>Runs a verb and turns what may go wrong into a message and an exit code.</summary>
    public static void SetVerb(this Command command, Func<ParseResult, CancellationToken, Task<int>> verb) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await verb(parsed, cancellationToken);
            }
            catch (Exception failure) when (CodeOf(failure) is { } code)
            {
                foreach (string line in failure.Message.Split('\n'))
                {
                    await Console.Error.WriteLineAsync(Visible.Of(line));
                }

                return code;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });

    private static int? CodeOf(Exception failure) => failure switch
    {
        TaskFileException or UnknownModelException or BadInputException => ExitCode.BadInput,
        ProviderException { Failure: ProviderFailure.Misconfigured } => ExitCode.BadInput,
        EnvironmentException or DatabaseException or ProviderException or OptionsValidationException or GitException
            or IOException or UnauthorizedAccessException => ExitCode.EnvironmentLacks,
        _ => null,
    };
}
