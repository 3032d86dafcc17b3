using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Requests;

/// <summary>What became of one request.</summary>
internal abstract record Attempt
{
    private Attempt()
    {
    }

    /// <summary>A whole answer came.</summary>
    public sealed record Answered(ModelReply Reply) : Attempt;

    /// <summary>No usable answer came.</summary>
    /// <param name="Failure">What the caller can do about it.</param>
    /// <param name="IsTransient">The same request may succeed.</param>
    /// <param name="Fact">What happened, as the part of a sentence after "failed:".</param>
    public sealed record Failed(ProviderFailure Failure, bool IsTransient, string Fact) : Attempt
    {
        /// <summary>The wait that the endpoint asked for.</summary>
        public TimeSpan? RetryAfter { get; init; }

        /// <summary>It was not sent: it would have had to wait longer than anybody waits here.</summary>
        public bool IsHeldBack { get; init; }

        public Exception? Cause { get; init; }

        public ErrorMeaning Meaning => new(Failure, IsTransient);
    }
}
