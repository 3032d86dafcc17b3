using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.Sandbox;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.TextEditor;

/// <summary>
/// Reads and writes files of a workspace from inside the sandbox, where a link, a <c>..</c> or a swapped folder can lead only to
/// what the sandbox shows.
/// </summary>
internal sealed class WorkspaceFiles(ISandbox sandbox, IOptions<TextEditorOptions> options)
{
    private const string NewFileMode = "644";
    private const int LongestPath = 4096;

    private static readonly string LookScript = EmbeddedScript.Read("look.sh");
    private static readonly string WriteScript = EmbeddedScript.Read("write.sh");
    private static readonly string DeleteScript = EmbeddedScript.Read("delete.sh");
    private static readonly string ListScript = EmbeddedScript.Read("list.sh");

    private readonly TextEditorOptions _options = options.Value;

    public async Task<FileLook> LookAsync(Workspace workspace, string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            return new FileLook.Refused("'path' must name a file or folder in at most 4096 bytes.");
        }

        string absolute = path.StartsWith('/') ? path : $"{SandboxProfile.WorkspaceFolder}/{path}";
        SandboxOutput output = await RunAsync(workspace, LookScript, [absolute, $"{_options.FileBytes}"], default, cancellationToken);
        return output.ExitCode == 0 ? Understand(path, output.Output) : new FileLook.Refused($"{path} can't be read: {LastLine(output.Error)}");
    }

    /// <summary>Replaces the file, or makes it with the folders above it; whole or not at all.</summary>
    /// <returns>Null, or why it could not be written.</returns>
    public async Task<string?> WriteAsync(
        Workspace workspace, string resolvedPath, string? mode, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        SandboxOutput output = await RunAsync(workspace, WriteScript, [resolvedPath, mode ?? NewFileMode, $"{content.Length}"], content, cancellationToken);
        return output.ExitCode == 0 ? null : $"{resolvedPath} could not be written: {LastLine(output.Error)}";
    }

    /// <summary>Deletes the file; one that is gone already is deleted.</summary>
    /// <returns>Null, or why it could not be deleted.</returns>
    public async Task<string?> DeleteAsync(Workspace workspace, string resolvedPath, CancellationToken cancellationToken)
    {
        SandboxOutput output = await RunAsync(workspace, DeleteScript, [resolvedPath], default, cancellationToken);
        return output.ExitCode == 0 ? null : $"{resolvedPath} could not be deleted: {LastLine(output.Error)}";
    }

    /// <summary>The folder's entries, two levels deep; folders end with a slash, and what is too much is counted.</summary>
    public async Task<string> ListAsync(Workspace workspace, string resolvedPath, CancellationToken cancellationToken)
    {
        SandboxOutput output = await RunAsync(workspace, ListScript, [resolvedPath], default, cancellationToken);
        string[] entries = Encoding.UTF8.GetString(output.Output.Span).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        IEnumerable<string> lines = entries.Take(_options.ListedEntries).Select(entry => entry[0] == 'd' ? $"{entry[1..]}/" : entry[1..]);
        StringBuilder text = new($"Files and folders of {resolvedPath}, two levels deep, without hidden ones:\n");
        text.AppendJoin('\n', lines.Select(WithVisibleControls)).Append('\n');
        if (entries.Length > _options.ListedEntries)
        {
            text.Append($"({entries.Length - _options.ListedEntries} more)\n");
        }

        return text.ToString();
    }

    private async Task<SandboxOutput> RunAsync(
        Workspace workspace, string script, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        await sandbox.RunAsync(
            workspace, ["/bin/bash", "--noprofile", "--norc", "-c", script, "editor", .. arguments], input, cancellationToken);

    private FileLook Understand(string asked, ReadOnlyMemory<byte> output)
    {
        string kind = NextField(ref output);
        string path = NextField(ref output);
        return kind switch
        {
            "file" => new FileLook.Present(path, NextField(ref output), output),
            "folder" => new FileLook.Folder(path),
            "missing" => new FileLook.Missing(path),
            "large" => new FileLook.Refused($"{asked} is larger than {_options.FileBytes} bytes; use bash to look at parts of it."),
            "outside" => new FileLook.Refused($"{asked} lies outside {SandboxProfile.WorkspaceFolder}; only files of the workspace can be used."),
            _ => new FileLook.Refused($"{asked} is neither a file nor a folder."),
        };
    }

    private static string NextField(ref ReadOnlyMemory<byte> bytes)
    {
        int end = bytes.Span.IndexOf((byte)0);
        string field = Encoding.UTF8.GetString(bytes.Span[..end]);
        bytes = bytes[(end + 1)..];
        return field;
    }

    private static string LastLine(string text) => text.Trim().Split('\n')[^1];

    private static string WithVisibleControls(string name) =>
        string.Concat(name.Select(character => char.IsControl(character) ? $"\\u{(int)character:x4}" : character.ToString()));
}
