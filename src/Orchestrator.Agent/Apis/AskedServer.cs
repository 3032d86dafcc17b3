namespace Orchestrator.Agent.Apis;

/// <summary>Who was asked, and as whom, in words for messages.</summary>
public sealed record AskedServer
{
    public required string Host { get; init; }

    /// <summary>By what it lets in, as in <c>the token of GIT_TOKEN</c>.</summary>
    public required string Token { get; init; }

    /// <summary>Who that is.</summary>
    public required string Account { get; init; }

    /// <summary>What to look at where it is not let in.</summary>
    public required string Mend { get; init; }

    /// <summary>The rights that are needed; null where they depend on what is asked.</summary>
    public string? Rights { get; init; }
}
