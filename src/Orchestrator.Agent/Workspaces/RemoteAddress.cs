using System.Text.RegularExpressions;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Workspaces;

/// <summary>Where a branch is pushed to: an address of https or ssh, or a folder.</summary>
/// <param name="Text">As git is given it and people are shown it; it holds no password.</param>
/// <param name="Protocol">As git calls it: <c>https</c>, <c>http</c>, <c>ssh</c> or <c>file</c>.</param>
/// <param name="Host">Whose it is; null for a folder.</param>
/// <param name="Path">From the host's root, without slashes around it and without <c>.git</c>; of a folder, the whole.</param>
public sealed partial record RemoteAddress(string Text, string Protocol, string? Host, string Path)
{
    /// <summary>It asks for a name and a password.</summary>
    public bool TakesCredential => Protocol is "https" or "http";

    /// <summary>Whether a task names one of its source's remotes, and no address of its own.</summary>
    public static bool IsName(string text) => RemoteName().IsMatch(text);

    /// <summary>Reads an address, or the path of a folder.</summary>
    /// <param name="text">The address.</param>
    /// <param name="folder">What a relative path begins at.</param>
    /// <exception cref="TaskFileException">It is none that can be pushed to.</exception>
    public static RemoteAddress Parse(string text, string folder)
    {
        if (text.Any(char.IsControl) || text.StartsWith('-') || text.Contains("::", StringComparison.Ordinal))
        {
            throw Wrong(text);
        }

        if (ShortSsh().Match(text) is { Success: true } found)
        {
            return new RemoteAddress(text, "ssh", found.Groups[1].Value.ToLowerInvariant(), Bare(found.Groups[2].Value));
        }

        if (!text.Contains("://", StringComparison.Ordinal))
        {
            string path = System.IO.Path.GetFullPath(text, folder);
            return new RemoteAddress(path, "file", null, path);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url))
        {
            throw Wrong(text);
        }

        if (IsOwner(url))
        {
            return Parse(new UriBuilder(url) { UserName = string.Empty }.Uri.AbsoluteUri, folder);
        }

        if (url.UserInfo.Contains(':', StringComparison.Ordinal) || (url.UserInfo.Length > 0 && url.Scheme != "ssh"))
        {
            // The text itself is not shown: it holds a secret.
            throw new TaskFileException(
                $"land.remote: the address of {url.Host} holds a name or a password; take it out of the address, and name the variable with the token under "
                + $"{LandingOptions.Section}:{nameof(LandingOptions.Credentials)} in settings.json.");
        }

        return url.Scheme switch
        {
            "file" when url.Host.Length == 0 => new RemoteAddress(url.LocalPath, "file", null, url.LocalPath),
            "https" or "ssh" when Bare(url.AbsolutePath).Length > 0 => new RemoteAddress(text, url.Scheme, HostOf(url), Bare(url.AbsolutePath)),
            "http" when url.IsLoopback => new RemoteAddress(text, "http", HostOf(url), Bare(url.AbsolutePath)),
            "http" => throw new TaskFileException($"land.remote: {text} would send the token unprotected; use https."),
            _ => throw Wrong(text),
        };
    }

    /// <summary>The remote that a task names.</summary>
    /// <exception cref="TaskFileException">There is none of that name, or it can't be pushed to.</exception>
    public static async Task<RemoteAddress> OfAsync(AgentTask task, CancellationToken cancellationToken)
    {
        string named = task.Land.Remote;
        string source = task.Workspace.Source;
        if (!IsName(named))
        {
            return NotTheSource(Parse(named, source), source);
        }

        foreach (string key in (string[])["pushurl", "url"])
        {
            string found = await Git.RunAsync(source, ["config", "--local", "--default", "", "--get", $"remote.{named}.{key}"], cancellationToken);
            if (found.Trim() is { Length: > 0 } address)
            {
                return NotTheSource(Parse(address, source), source);
            }
        }

        throw new TaskFileException($"land.remote: {source} has no remote '{named}'; add one ('git remote add {named} ADDRESS') or give an address.");
    }

    private static RemoteAddress NotTheSource(RemoteAddress remote, string source) =>
        remote.Protocol == "file" && System.IO.Path.TrimEndingDirectorySeparator(remote.Path) is var path && (path == source || path == System.IO.Path.Combine(source, ".git"))
            ? throw new TaskFileException($"land.remote: {remote.Text} is the source itself, which a run never changes; name another repository.")
            : remote;

    /// <summary>The name in the address is the first part of its path, as in those that Azure Repos gives: no secret, and of no use.</summary>
    private static bool IsOwner(Uri url) =>
        url.Scheme == "https" && url.UserInfo.Length > 0 && url.AbsolutePath.StartsWith($"/{url.UserInfo}/", StringComparison.OrdinalIgnoreCase);

    private static string HostOf(Uri url) => url.IsDefaultPort || url.Scheme == "ssh" ? url.Host : url.Authority;

    private static string Bare(string path)
    {
        string bare = path.Trim('/');
        return bare.EndsWith(".git", StringComparison.Ordinal) ? bare[..^".git".Length] : bare;
    }

    private static TaskFileException Wrong(string text) => new(
        $"land.remote: '{text}' is nothing to push to; give https://HOST/PATH, ssh://USER@HOST/PATH, USER@HOST:PATH, a folder, or the name of a remote of the source.");

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*\z")]
    private static partial Regex RemoteName();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*@([A-Za-z0-9][A-Za-z0-9.-]*):(?!//)([^\s]+)\z")]
    private static partial Regex ShortSsh();
}
