namespace Orchestrator.Agent.Workspaces;

/// <summary>Who pushes: a name and a token, known to the git process alone, through its environment. A class, so that no text shows it.</summary>
public sealed class RemoteCredential(string user, string token)
{
    public string User { get; } = user;

    public string Token { get; } = token;
}
