using Microsoft.Extensions.Options;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>The remotes that runs may push to, with what each asks for.</summary>
public sealed class Remotes(IOptions<LandingOptions> options, SecretVariables variables, IEnumerable<ICodeHost> hosts, DataFolder data)
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

        if (task.Land.Kind == LandKind.PullRequest && FindHost(remote) is null)
        {
            throw new TaskFileException(
                $"land.kind: there are no pull requests at {remote.Text}; served are those of {string.Join(", ", hosts.Select(host => host.Describe()))} (CodeHosts in settings.json). Use 'branch'.");
        }

        CheckToken(remote, task.Land.Kind);
        return remote;
    }

    /// <summary>The server of pull requests that has it; null for none.</summary>
    public ICodeHost? FindHost(RemoteAddress remote) => hosts.FirstOrDefault(host => host.Serves(remote));

    /// <summary>Asks a remote, seen from a trusted git folder; once more with another token, if that by which it was asked first may be one that no longer counts.</summary>
    /// <exception cref="GitException">The remote refuses.</exception>
    /// <exception cref="IOException">It can't be reached now.</exception>
    /// <exception cref="LandingException">There is no token any longer.</exception>
    internal async Task<T> AskAsync<T>(string git, RemoteAddress remote, Func<RemoteRepository, Task<T>> ask, CancellationToken cancellationToken)
    {
        RemoteCredential? credential = await FindCredentialAsync(remote, cancellationToken);
        try
        {
            return await ask(new RemoteRepository(git, remote, credential, options.Value));
        }
        catch (GitException) when (credential is not null && FindPusher(remote) is { } host)
        {
            host.Drop(remote, credential);
            RemoteCredential? renewed = await FindCredentialAsync(remote, cancellationToken);
            if (renewed?.Token == credential.Token)
            {
                throw;
            }

            return await ask(new RemoteRepository(git, remote, renewed, options.Value));
        }
    }

    /// <summary>The server of pull requests whose own token lets git in; null for none, or where it lacks one and settings name another for the remote.</summary>
    private ICodeHost? FindPusher(RemoteAddress remote) => FindHost(remote) is { } host && (host.Fault is null || FindToken(remote) is null) ? host : null;

    private async Task<RemoteCredential?> FindCredentialAsync(RemoteAddress remote, CancellationToken cancellationToken)
    {
        if (!remote.TakesCredential)
        {
            return null;
        }

        if (FindPusher(remote) is { } host)
        {
            return await host.FindCredentialAsync(remote, cancellationToken);
        }

        RemoteTokenOptions? named = FindToken(remote);
        return named is not null && variables.Find(named.TokenEnv) is { } token
            ? new RemoteCredential(named.User, token)
            : throw new LandingException($"There is no token any longer for {remote.Text}.");
    }

    /// <exception cref="EnvironmentException">The remote asks for a token, and there is none.</exception>
    private void CheckToken(RemoteAddress remote, LandKind kind)
    {
        ICodeHost? host = kind == LandKind.PullRequest ? FindHost(remote) : remote.TakesCredential ? FindPusher(remote) : null;
        if (host?.Fault is { } fault)
        {
            throw new EnvironmentException($"land: {host.Name} can't be asked for {remote.Text}: {fault}");
        }

        if (host is not null || !remote.TakesCredential)
        {
            return;
        }

        const string place = $"{LandingOptions.Section}:{nameof(LandingOptions.Credentials)} in settings.json of the data folder";
        RemoteTokenOptions named = FindToken(remote)
            ?? throw new EnvironmentException($"land.remote: nothing says with which token {remote.Text} is pushed to; name its variable under {place}: {{ \"Host\": \"{remote.Host}\", \"TokenEnv\": \"GIT_TOKEN\" }}.");
        if (variables.Find(named.TokenEnv) is null)
        {
            throw new EnvironmentException($"land.remote: {named.TokenEnv} is not set, the token for {remote.Host}; set it, or name another variable under {place}.");
        }
    }

    private RemoteTokenOptions? FindToken(RemoteAddress remote) =>
        options.Value.Credentials.FirstOrDefault(token => string.Equals(token.Host, remote.Host, StringComparison.OrdinalIgnoreCase));

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

/// <summary>Has the tokens struck out of texts.</summary>
internal sealed class RemoteSecrets(IOptions<LandingOptions> options, SecretVariables variables) : ISecretSource
{
    public IEnumerable<RegisteredSecret> Read() => variables.Registered(options.Value.Credentials.Select(token => token.TokenEnv));
}
