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

    /// <summary>The endpoint still works on the answer, in the background.</summary>
    public sealed record Underway : Attempt;

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

        /// <summary>It was a look at an answer in the background that failed, which says nothing of that.</summary>
        public bool IsLookAlone { get; init; }

        /// <summary>The endpoint no longer has the answer that it worked on in the background.</summary>
        public bool IsGone { get; init; }

        public Exception? Cause { get; init; }

        public ErrorMeaning Meaning => new(Failure, IsTransient);
    }
}
