using Orchestrator.Agent.Workspaces;

namespace Orchestrator.CodeHosts.AzureRepos;

/// <summary>A repository of Azure Repos, or of an Azure DevOps server.</summary>
/// <param name="Collection">The address of its organization, or of its collection, without a slash at its end.</param>
/// <param name="Project">The project that it is in.</param>
/// <param name="Name">Its name.</param>
internal sealed record AzureRepository(string Collection, string Project, string Name)
{
    /// <summary>What the service called its organizations' hosts before, and still does.</summary>
    public const string OldDomain = ".visualstudio.com";

    private const string Git = "_git";

    public string FullName => $"{Project}/{Name}";

    /// <summary>The address that paths of the API are below.</summary>
    public Uri Api => new($"{Collection}/{Uri.EscapeDataString(Project)}");

    /// <summary>Where the API has it, below <see cref="Api"/>.</summary>
    public string Path => $"_apis/git/repositories/{Uri.EscapeDataString(Name)}";

    /// <summary>The page of one of its pull requests.</summary>
    public string PageOf(int pullRequest) => $"{Api.AbsoluteUri}/{Git}/{Uri.EscapeDataString(Name)}/pullrequest/{pullRequest}";

    /// <returns>Null if the remote is none of that server.</returns>
    public static AzureRepository? Find(AzureReposOptions server, RemoteAddress remote)
    {
        string[] parts = [.. remote.Path.Split('/').Select(Uri.UnescapeDataString)];
        return remote.Host is not { } host || parts.Any(part => part is "" or "." or "..") ? null
            : server.IsService ? OfService(host.ToLowerInvariant(), remote.Protocol, parts)
            : IsAt(server.Url, remote) ? OfServer(server.Url, parts) : null;
    }

    private static AzureRepository? OfService(string host, string protocol, string[] parts) => (protocol, host, parts) switch
    {
        ("ssh", "ssh.dev.azure.com" or "vs-ssh.visualstudio.com", ["v3", var organization, var project, var name]) => new AzureRepository(CollectionOf(organization), project, name),
        ("https", "dev.azure.com", [var organization, .. var rest]) => Below(CollectionOf(organization), rest),
        ("https", _, _) when host.EndsWith(OldDomain, StringComparison.Ordinal) && host[..^OldDomain.Length] is var organization && !organization.Contains('.', StringComparison.Ordinal) =>
            Below(CollectionOf(organization), Is(parts[0], "DefaultCollection") ? parts[1..] : parts),
        _ => null,
    };

    private static AzureRepository? OfServer(Uri server, string[] parts)
    {
        string[] prefix = server.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length > prefix.Length && prefix.Zip(parts).All(pair => Is(pair.First, pair.Second))
            ? Below($"{server.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(parts[prefix.Length])}", parts[(prefix.Length + 1)..])
            : null;
    }

    /// <summary>What is called as its project may be named without that.</summary>
    private static AzureRepository? Below(string collection, string[] parts) => parts switch
    {
        [var project, var git, var name] when Is(git, Git) && !Is(project, Git) => new AzureRepository(collection, project, name),
        [var git, var name] when Is(git, Git) => new AzureRepository(collection, name, name),
        _ => null,
    };

    private static string CollectionOf(string organization) => $"https://dev.azure.com/{Uri.EscapeDataString(organization)}";

    private static bool IsAt(Uri server, RemoteAddress remote) =>
        Is(remote.Host!, remote.Protocol == "ssh" || server.IsDefaultPort ? server.Host : server.Authority);

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
