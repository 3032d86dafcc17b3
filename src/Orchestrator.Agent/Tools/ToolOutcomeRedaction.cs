using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Tools;

/// <summary>The border over which what tools say comes to the transcript, the journal and the timeline.</summary>
public static class ToolOutcomeRedaction
{
    /// <summary>The outcome without secrets in what it says.</summary>
    public static ToolOutcome Redact(this Redactor redactor, ToolOutcome outcome) => outcome switch
    {
        ToolOutcome.Finished finished => finished with { Result = redactor.Redact(finished.Result) },
        ToolOutcome.Interrupted interrupted => interrupted with { Result = redactor.Redact(interrupted.Result) },
        _ => outcome,
    };

    private static ToolResult Redact(this Redactor redactor, ToolResult result)
    {
        ReadOnlyMemory<byte> output = redactor.Redact(result.Output);
        return result with
        {
            Output = output,
            OutputBytes = result.OutputBytes + output.Length - result.Output.Length,
            Network = result.Network is { } use ? redactor.Redact(use) : null,
        };
    }

    /// <summary>The names are the command's words, too.</summary>
    private static NetworkUse Redact(this Redactor redactor, NetworkUse use) => new(
        [.. use.Reached.Select(host => host with { Host = redactor.Redact(host.Host) })],
        [.. use.Refused.Select(host => new RefusedHost(redactor.Redact(host.Host), redactor.Redact(host.Reason)))]);
}
