using Orchestrator.Agent.Workspaces;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>A repository on GitHub.</summary>
internal sealed record GitHubRepository(string Owner, string Name)
{
    public string FullName => $"{Owner}/{Name}";

    /// <returns>Null if the remote is none of that server.</returns>
    public static GitHubRepository? Find(Uri server, RemoteAddress remote)
    {
        string host = remote.Protocol == "ssh" || server.IsDefaultPort ? server.Host : server.Authority;
        return string.Equals(remote.Host, host, StringComparison.OrdinalIgnoreCase) && remote.Path.Split('/') is [{ Length: > 0 } owner, { Length: > 0 } name]
            ? new GitHubRepository(owner, name)
            : null;
    }
}
