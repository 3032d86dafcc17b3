using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Tests.Faults;

/// <summary>What whoever asked a model is left with.</summary>
internal abstract record Outcome
{
    private Outcome()
    {
    }

    /// <param name="Requests">Requests that it took.</param>
    /// <param name="End">Why the model stopped.</param>
    /// <param name="Text">Its words.</param>
    /// <param name="Calls">Its calls: all that can be run of it.</param>
    public sealed record Answered(int Requests, ReplyEnd End, string Text, string Calls) : Outcome;

    /// <param name="Failure">What can be done about it.</param>
    /// <param name="Requests">Requests that it took.</param>
    /// <param name="RetryAfter">The wait that is left to the caller, in whole seconds: a date names no others.</param>
    public sealed record Failed(ProviderFailure Failure, int Requests, TimeSpan? RetryAfter) : Outcome;

    public static async Task<(Outcome Outcome, ModelReply? Reply)> OfAsync(Task<ModelReply> asking)
    {
        try
        {
            ModelReply reply = await asking;
            return (new Answered(reply.Attempts, reply.End, reply.Text, string.Join("; ", reply.Calls)), reply);
        }
        catch (ProviderException failure)
        {
            return (new Failed(failure.Failure, failure.Attempts, WholeSeconds(failure.RetryAfter)), null);
        }
    }

    private static TimeSpan? WholeSeconds(TimeSpan? wait) => wait is { } some ? TimeSpan.FromSeconds(Math.Ceiling(some.TotalSeconds)) : null;
}
