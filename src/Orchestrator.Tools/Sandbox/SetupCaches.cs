using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Sandbox;

/// <summary>Where package managers look for what they have fetched, inside the sandbox.</summary>
internal static class SetupCaches
{
    private const string Folder = "/caches";

    /// <summary>What is used where it lies, so that it is looked for there also when nothing is fetched.</summary>
    private static readonly string[] Used =
    [
        $"NUGET_PACKAGES={Folder}/nuget", $"CARGO_HOME={Folder}/cargo", $"GOMODCACHE={Folder}/go",
    ];

    /// <summary>What only fetching writes to, and reads from.</summary>
    private static readonly string[] Fetched =
    [
        $"npm_config_cache={Folder}/npm", $"YARN_CACHE_FOLDER={Folder}/yarn", $"PIP_CACHE_DIR={Folder}/pip", $"UV_CACHE_DIR={Folder}/uv",
        $"NUGET_HTTP_CACHE_PATH={Folder}/nuget-http",
    ];

    /// <summary>Arguments of bubblewrap; none where the workspace has no caches.</summary>
    public static IReadOnlyList<string> Binds(Workspace workspace, bool isWritable) =>
        Directory.Exists(workspace.Caches) ? [isWritable ? "--bind" : "--ro-bind", workspace.Caches, Folder] : [];

    public static IReadOnlyList<string> Environment(Workspace workspace, bool isWritable) =>
        Directory.Exists(workspace.Caches) ? isWritable ? [.. Used, .. Fetched] : Used : [];
}
