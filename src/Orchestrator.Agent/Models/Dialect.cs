namespace Orchestrator.Agent.Models;

/// <summary>How a provider is spoken to.</summary>
public enum Dialect
{
    /// <summary>OpenAI's Responses.</summary>
    Responses,

    /// <summary>Anthropic's Messages.</summary>
    Messages,

    /// <summary>Chat Completions, as many endpoints serve them.</summary>
    Chat,
}
