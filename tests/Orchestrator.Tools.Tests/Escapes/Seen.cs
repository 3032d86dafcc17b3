using System.Globalization;
using System.Text;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>What a host sees of an escape, in words; null if there was none.</summary>
internal static class Seen
{
    /// <summary>Of what the command wrote: only an escape brings it about.</summary>
    public static Func<EscapeScene, Task<string?>> Said(string text, string evidence) =>
        scene => Task.FromResult(scene.Output.Contains(text, StringComparison.Ordinal) ? $"{evidence}: {scene.Output.Trim()}" : null);

    /// <summary>What lasts: a limit that is held by looking is overstepped for a moment.</summary>
    public static async Task<string?> StillAsync(Func<string?> look)
    {
        long begun = TimeProvider.System.GetTimestamp();
        string? evidence;
        while ((evidence = look()) is not null && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(2))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        return evidence;
    }

    /// <summary>Each line is what the contained command wrote.</summary>
    public static Func<EscapeScene, Task<string?>> SaidOther(string line, string evidence) =>
        scene => Task.FromResult(scene.Output.Trim().Split('\n').All(said => said == line) ? null : $"{evidence}: {scene.Output.Trim()}");

    /// <summary>A process of the attempt has something open whose name holds the text.</summary>
    public static Func<EscapeScene, Task<string?>> Open(string text) => scene => Task.FromResult(
        scene.Processes().SelectMany(OpenFiles).FirstOrDefault(name => name.Contains(text, StringComparison.Ordinal)) is { } found ? $"a process has {found} open" : null);

    /// <summary>A socket of the attempt stands in the machine's list of that kind.</summary>
    public static Func<EscapeScene, Task<string?>> Socket(params string[] kinds) => scene => Task.FromResult(
        kinds.FirstOrDefault(kind => File.ReadLines($"/proc/{scene.InnerId}/net/{kind}").Skip(1).Any()) is { } found ? $"a socket stands in {found}" : null);

    /// <summary>The namespaces of this kind that the attempt's processes are in, beside that of the sandbox's first process.</summary>
    public static IEnumerable<string> ForeignNamespaces(this EscapeScene scene, string kind)
    {
        string? own = Link($"/proc/{scene.InnerId}/ns/{kind}");
        return scene.Processes().Select(id => Link($"/proc/{id}/ns/{kind}")).OfType<string>().Where(found => found != own);
    }

    public static char StateOf(int id)
    {
        string stat = File.ReadAllText($"/proc/{id}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }

    public static long MemoryOf(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.AsSpan(6).Trim(" \tkB"), CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0; // It has ended.
        }
    }

    /// <summary>All that the host does with a tree that it trusts nothing of: the index, the diff, what is ignored, a snapshot.</summary>
    /// <returns>Null, or what it found of the host's secrets, or that something planted had run.</returns>
    public static async Task<string?> WorkAsync(EscapeScene scene)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30), TimeProvider.System);
        string tree;
        try
        {
            string start = (await EscapeScene.ShellAsync("/", $"git --git-dir '{scene.Workspace.Git}' rev-parse HEAD")).Trim();
            tree = await WorkspaceTree.WriteTreeAsync(scene.Workspace, start, patience.Token);
            await WorkspaceTree.DiffAsync(scene.Workspace, start, tree, Stream.Null, patience.Token);
            await WorkspaceTree.IsIgnoredAsync(scene.Workspace, "file.txt", patience.Token);
            await scene.Rig.Snapshots.TakeAsync(scene.Workspace, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return "the host waits for something in the workspace";
        }
        catch (GitException failure)
        {
            return Planted(scene) ?? (failure.Message.Contains(scene.Canary, StringComparison.Ordinal) ? "git told a secret of the host" : null);
        }

        string found = await EscapeScene.ShellAsync("/", $"git --git-dir '{scene.Workspace.Git}' grep -l '{scene.Canary}' {tree}");
        return Planted(scene) ?? (found.Length > 0 ? $"the host took up a secret into {found}" : null);
    }

    public static string? Planted(EscapeScene scene) =>
        File.Exists(Path.Combine(scene.Home, EscapeScene.Trophy)) ? "the host ran what was planted" : null;

    /// <summary>What the editor answers to a call; its texts are all that it may leak by.</summary>
    public static async Task<string> EditAsync(EscapeScene scene, int call, object arguments)
    {
        ToolResult result = await scene.Rig.EditAsync(arguments, call);
        return Encoding.UTF8.GetString(result.Output.Span);
    }

    private static IEnumerable<string> OpenFiles(int id) =>
        Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Select(Link).OfType<string>();

    private static string? Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended, or is no process of ours.
        }
    }
}
