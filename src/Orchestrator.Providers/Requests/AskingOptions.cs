using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Providers.Requests;

/// <summary>How long and how often endpoints are asked; the same for all of them.</summary>
public sealed class AskingOptions
{
    /// <summary>Requests sent for one turn at most.</summary>
    [Range(1, 6)]
    public int Attempts { get; set; } = 6;

    /// <summary>The mean wait before the second request; it doubles with each further one.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest wait taken here, with an activity held, asked for by the endpoint or not. An endpoint that asks for more is asked
    /// again after a durable wait.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:15:00")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an activity follows an answer in the background; then it looks again after a durable wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:15:00")]
    public TimeSpan LongestFollowing { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>How long an endpoint may take from the request to its answer's headers.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an answer that has begun may pause. Reasoning models are silent for minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
