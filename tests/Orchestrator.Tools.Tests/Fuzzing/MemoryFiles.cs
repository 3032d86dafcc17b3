using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.Tests.Fuzzing;

/// <summary>Files of a workspace in memory, which answer the editor's helpers as the sandbox does. Nothing may be written while a patch is planned.</summary>
internal sealed class MemoryFiles : ISandbox
{
    public const string Root = "/workspace/";

    /// <summary>By absolute path.</summary>
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    public static Workspace Workspace { get; } = new() { Tree = "/none", Shell = "/none", Git = "/none", Snapshots = "/none" };

    public WorkspaceFiles Open() => new(this, Options.Create(new TextEditorOptions { FileBytes = 16 << 20 }));

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Task<SandboxOutput> RunAsync(Workspace workspace, IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        Assert.StartsWith("# look ", command[4], StringComparison.Ordinal);
        string[] paths = Encoding.UTF8.GetString(input.Span).Split('\0')[..^1];
        return Task.FromResult(new SandboxOutput(0, paths.SelectMany(path => Look(Plain(path))).ToArray(), ""));
    }

    private byte[] Look(string path)
    {
        if (path != "/workspace" && !path.StartsWith(Root, StringComparison.Ordinal))
        {
            return Fields("outside", path);
        }

        if (Files.TryGetValue(path, out byte[]? content))
        {
            return [.. Fields("file", path, "644", $"{content.Length}"), .. content, 0];
        }

        bool isFolder = path == "/workspace" || Files.Keys.Any(file => file.StartsWith($"{path}/", StringComparison.Ordinal));
        return Fields(isFolder ? "folder" : "missing", path);
    }

    private static byte[] Fields(params string[] fields) => Encoding.UTF8.GetBytes(string.Concat(fields.Select(field => $"{field}\0")));

    private static string Plain(string path)
    {
        List<string> parts = [];
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "." or ".."))
            {
                parts.Add(part);
            }
        }

        return $"/{string.Join('/', parts)}";
    }
}
