using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>The remotes that runs may push to, with what each asks for.</summary>
public sealed class Remotes(IOptions<LandingOptions> options, RemoteVariables variables, DataFolder data)
{
    /// <summary>The remote that a task names, if this deployment can push there.</summary>
    /// <exception cref="TaskFileException">The task names none that can be pushed to.</exception>
    /// <exception cref="EnvironmentException">A token is missing.</exception>
    public async Task<RemoteAddress> OfAsync(AgentTask task, CancellationToken cancellationToken)
    {
        RemoteAddress remote = await RemoteAddress.OfAsync(task, cancellationToken);
        if (remote.Protocol == "file" && IsWithin(remote.Path, [data.Root, data.HostRoot]))
        {
            throw new TaskFileException($"land.remote: {remote.Text} lies in the data folder, where agents write; name a repository elsewhere.");
        }

        _ = CredentialOf(remote);
        return remote;
    }

    /// <summary>The remote's own state, seen from a trusted git folder.</summary>
    /// <exception cref="EnvironmentException">A token is missing.</exception>
    internal RemoteRepository Open(string git, RemoteAddress remote) => new(git, remote, CredentialOf(remote), options.Value);

    /// <exception cref="EnvironmentException">The remote asks for a token, and there is none.</exception>
    private RemoteCredential? CredentialOf(RemoteAddress remote)
    {
        if (!remote.TakesCredential)
        {
            return null;
        }

        const string place = $"{LandingOptions.Section}:{nameof(LandingOptions.Credentials)} in settings.json of the data folder";
        RemoteTokenOptions named = options.Value.Credentials.FirstOrDefault(token => string.Equals(token.Host, remote.Host, StringComparison.OrdinalIgnoreCase))
            ?? throw new EnvironmentException($"land.remote: nothing says with which token {remote.Text} is pushed to; name its variable under {place}: {{ \"Host\": \"{remote.Host}\", \"TokenEnv\": \"GIT_TOKEN\" }}.");
        return variables.Find(named.TokenEnv) is { } token
            ? new RemoteCredential(named.User, token)
            : throw new EnvironmentException($"land.remote: {named.TokenEnv} is not set, the token for {remote.Host}; set it, or name another variable under {place}.");
    }

    /// <summary>By the real places: a link may lead into the folder.</summary>
    private static bool IsWithin(string path, IEnumerable<string> folders) =>
        folders.Select(RealPath).Any(folder => RealPath(path) is var real && (real == folder || real.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)));

    private static string RealPath(string path)
    {
        string real = "/";
        foreach (string part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            real = Directory.Exists(next) ? Directory.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next : next;
        }

        return real;
    }
}

/// <summary>The environment variables that hold tokens for remotes.</summary>
/// <param name="read">Reads a variable.</param>
public sealed class RemoteVariables(Func<string, string?> read)
{
    /// <returns>Null if it is not set, or empty.</returns>
    public string? Find(string name) => read(name)?.Trim() is { Length: > 0 } value ? value : null;
}

/// <summary>Has the tokens struck out of texts.</summary>
internal sealed class RemoteSecrets(IOptions<LandingOptions> options, RemoteVariables variables) : ISecretSource
{
    public IEnumerable<RegisteredSecret> Read() =>
        from name in options.Value.Credentials.Select(token => token.TokenEnv).Distinct()
        let value = variables.Find(name)
        where value is not null
        select new RegisteredSecret(name, value);
}
