using System.ComponentModel.DataAnnotations;

namespace Orchestrator.Providers.Responses;

/// <summary>Where the Responses endpoint is, and how long and how often it is asked.</summary>
public sealed class ResponsesOptions
{
    /// <summary>The endpoint with its version, as in <c>https://api.openai.com/v1</c>; <c>/responses</c> is appended.</summary>
    [Required]
    public string BaseUrl { get; set; } = "https://api.openai.com/v1";

    /// <summary>The key that is sent as bearer token; null where none is set. Never logged.</summary>
    public string? ApiKey { get; set; }

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

    /// <summary>How long an endpoint may take from the request to its answer's headers.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan FirstByteTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an answer that has begun may pause. Reasoning models are silent for minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
