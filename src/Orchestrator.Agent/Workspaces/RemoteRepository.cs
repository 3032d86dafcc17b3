namespace Orchestrator.Agent.Workspaces;

/// <summary>A remote as it is seen from a trusted git folder: what it has, and how a commit gets there.</summary>
/// <param name="git">The trusted git folder.</param>
/// <param name="address">The remote.</param>
/// <param name="credential">What it asks for; null for nothing.</param>
/// <param name="options">How it is reached.</param>
internal sealed class RemoteRepository(string git, RemoteAddress address, RemoteCredential? credential, LandingOptions options)
{
    /// <summary>The remote's own branch.</summary>
    public const string Head = "HEAD";

    private const string UserVariable = "ORCHESTRATOR_GIT_USER";
    private const string TokenVariable = "ORCHESTRATOR_GIT_TOKEN";

    /// <summary>Looks up branches.</summary>
    /// <returns>Each that is there with its commit, and the branch that the remote has checked out under <see cref="Head"/>.</returns>
    /// <exception cref="GitException">The remote refuses.</exception>
    /// <exception cref="IOException">It can't be reached now.</exception>
    public async Task<IReadOnlyDictionary<string, string>> FindAsync(IEnumerable<string> branches, CancellationToken cancellationToken)
    {
        string told = await RunAsync(["ls-remote", "--quiet", "--symref", address.Text, Head, .. branches.Select(RefOf)], cancellationToken);
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] fields in told.Split('\n').Select(line => line.Split('\t')).Where(fields => fields.Length == 2))
        {
            (string value, string name) = (fields[0], fields[1]);
            if (name == Head && value.StartsWith("ref: refs/heads/", StringComparison.Ordinal))
            {
                found[Head] = value["ref: refs/heads/".Length..];
            }
            else if (name.StartsWith("refs/heads/", StringComparison.Ordinal))
            {
                found[name["refs/heads/".Length..]] = value;
            }
        }

        return found;
    }

    /// <summary>Brings a branch into the trusted git folder, beside what is there.</summary>
    /// <returns>The name by which it is known there.</returns>
    public async Task<string> FetchAsync(string branch, CancellationToken cancellationToken)
    {
        string here = $"refs/landing/base/{branch}";
        await RunAsync(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", address.Text, $"+{RefOf(branch)}:{here}"], cancellationToken);
        return here;
    }

    /// <summary>Has a branch be a commit, if it is still what it was.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="expected">What it was, an ancestor of the commit; null if it was not there.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task PushAsync(string commit, string branch, string? expected, CancellationToken cancellationToken) => RunAsync(
        ["push", "--quiet", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", $"--force-with-lease={RefOf(branch)}:{expected}", address.Text, $"{commit}:{RefOf(branch)}"],
        cancellationToken);

    private static string RefOf(string branch) => $"refs/heads/{branch}";

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.Timeout);
        try
        {
            return await Git.RunAsync(git, [.. Settings(), .. arguments], Environment(), patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"git {arguments[0]} with {address.Text} did not end within {options.Timeout}.");
        }
    }

    /// <summary>One protocol, no redirects, no helper but the one that reads this process's environment, and that for this host alone.</summary>
    private IEnumerable<string> Settings()
    {
        string[] settings =
        [
            "protocol.file.allow=never", $"protocol.{address.Protocol}.allow=always", "http.followRedirects=false", "http.lowSpeedLimit=1", "http.lowSpeedTime=60",
            "credential.helper=", "core.askPass=", "push.recurseSubmodules=no", "fetch.recurseSubmodules=no", "fetch.fsckObjects=true",
        ];
        string helper = $"!f() {{ test \"$1\" = get && printf 'username=%s\\npassword=%s\\n' \"${UserVariable}\" \"${TokenVariable}\"; }}; f";
        return (credential is null ? settings : [.. settings, $"credential.{address.Protocol}://{address.Host}.helper={helper}"]).SelectMany(setting => new[] { "-c", setting });
    }

    private Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>();
        if (credential is not null)
        {
            environment[UserVariable] = credential.User;
            environment[TokenVariable] = credential.Token;
        }

        if (address.Protocol == "ssh")
        {
            string key = options.SshKeyFile is { } file ? $" -i '{file.Replace("'", @"'\''", StringComparison.Ordinal)}' -o IdentitiesOnly=yes" : string.Empty;
            environment["GIT_SSH_COMMAND"] = $"ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=30 -o ServerAliveInterval=15{key}";
        }

        return environment;
    }
}
