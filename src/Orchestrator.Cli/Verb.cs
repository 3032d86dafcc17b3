using System.CommandLine;

namespace Orchestrator.Cli;

/// <summary>What all verbs share: the data folder, JSON output, and expected failures told in one readable message.</summary>
internal static class Verb
{
    public const string JsonName = "--json";

    public static Option<string?> Data() => new("--data")
    {
        Description = "The data folder. Default: $ORCHESTRATOR_DATA, else orchestrator in the user's data folder.",
        HelpName = "DIR",
    };

    public static Option<bool> Json() => new(JsonName) { Description = "Print one JSON object on the last line of standard output." };

    public static Argument<string> Run() => new("RUN") { Description = "The run's id." };

    /// <summary>Runs a verb and turns what may go wrong into a message and an exit code.</summary>
    public static void SetVerb(this Command command, Func<ParseResult, CancellationToken, Task<int>> verb) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await verb(parsed, cancellationToken);
            }
            catch (Exception failure) when (CliFailure.Of(failure, command.Name) is { } told)
            {
                return await told.TellAsync(parsed.GetValue<bool>(JsonName));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });
}
