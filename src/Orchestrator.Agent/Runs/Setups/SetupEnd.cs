using System.Text;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent.Runs.Setups;

/// <summary>How one command of a setup ended, in words.</summary>
/// <param name="State">What comes of it for the setup.</param>
/// <param name="Words">A sentence for the timeline.</param>
/// <param name="Elapsed">How long the command took.</param>
internal sealed record SetupEnd(SetupState State, string Words, TimeSpan Elapsed)
{
    private const int LongestCommand = 200;

    /// <summary>Nobody can tell whether it finished: it is to begin again, on a workspace that nobody has worked on.</summary>
    public bool IsLost { get; init; }

    /// <summary>What it reached through the network, and the end of what a failed one wrote; null if there is nothing to say.</summary>
    public string? Details { get; init; }

    /// <summary>Why the run ends for it; null if it doesn't.</summary>
    public string? Failure { get; init; }

    /// <param name="script">The command.</param>
    /// <param name="outcome">Its outcome, without secrets.</param>
    /// <param name="hasNetwork">It could reach any host.</param>
    public static SetupEnd Of(string script, ToolOutcome outcome, bool hasNetwork)
    {
        string command = ShortText.Shortened(script, LongestCommand);
        return outcome switch
        {
            ToolOutcome.Finished { Result: { End: EndReason.Exited, ExitCode: 0 } result } =>
                new(SetupState.Done, $"ended well after {Seconds(result)}: {command}", result.Elapsed) { Details = NetworkOf(result) },
            ToolOutcome.Finished { Result: { End: EndReason.Canceled } result } =>
                new(SetupState.Canceled, $"was stopped after {Seconds(result)}: {command}", result.Elapsed),
            ToolOutcome.Finished { Result: var result } => Failed(command, result, hasNetwork),
            ToolOutcome.Interrupted { Result: var result, Reason: var reason } => new(SetupState.Failed, $"was interrupted ({reason}): {command}", result.Elapsed)
            {
                IsLost = true,
                Failure = $"The setup command '{command}' was interrupted each time that it ran ({reason}).",
            },
            ToolOutcome.NeverStarted { Reason: var reason } => new(SetupState.Failed, $"was never started ({reason}): {command}", TimeSpan.Zero)
            {
                IsLost = true,
                Failure = $"The setup command '{command}' could not be started: {reason}.",
            },
            _ => throw new InvalidOperationException($"The setup command '{command}' has not ended."),
        };
    }

    private static SetupEnd Failed(string command, ToolResult result, bool hasNetwork)
    {
        string how = result.End == EndReason.Timeout ? $"was ended after {Seconds(result)}: its time was over" : $"failed with exit code {result.ExitCode} after {Seconds(result)}";
        string tail = Findings.TailOf(Encoding.UTF8.GetString(result.Output.Span));
        string network = hasNetwork
            ? NetworkOf(result) ?? "network: nothing was reached for"
            : "network: none; Egress:Allow in settings.json of the data folder names the hosts that a setup may reach, and names none";
        return new(SetupState.Failed, $"{how}: {command}", result.Elapsed)
        {
            Details = $"{network}\n{tail}",
            Failure = $"The setup command '{command}' {how}. It wrote last:\n{tail}\n{network}.",
        };
    }

    private static string? NetworkOf(ToolResult result) => result.Network is { } use ? $"network: {use.InWords}" : null;

    private static string Seconds(ToolResult result) => $"{result.Elapsed.TotalSeconds:0.0} s";
}
