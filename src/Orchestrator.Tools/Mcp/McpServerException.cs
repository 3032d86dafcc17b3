namespace Orchestrator.Tools.Mcp;

/// <summary>A server could not do what was asked of it.</summary>
/// <param name="failure">What that means for a call.</param>
/// <param name="message">What happened, in a sentence, with what the server said.</param>
/// <param name="inner">What it was, where it was thrown.</param>
internal sealed class McpServerException(McpFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public McpFailure Failure { get; } = failure;
}

/// <summary>What a failure means for the call that met it.</summary>
internal enum McpFailure
{
    /// <summary>The call did not reach the server, or was turned away by it.</summary>
    NotMade,

    /// <summary>The call may have been carried out, or not.</summary>
    Unproven,
}
