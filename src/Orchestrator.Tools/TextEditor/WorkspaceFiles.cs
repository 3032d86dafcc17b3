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
    private const int LongestPath = 4096;

    // Their paths are arguments of one process, for which Linux has 2 MiB; and a helper has to end in time.
    private const int FilesAtOnce = 200;
    private const int BytesAtOnce = 16 << 20;

    private static readonly string LookScript = EmbeddedScript.Read("look.sh");
    private static readonly string WriteScript = EmbeddedScript.Read("write.sh");
    private static readonly string ListScript = EmbeddedScript.Read("list.sh");

    private readonly TextEditorOptions _options = options.Value;

    public async Task<FileLook> LookAsync(Workspace workspace, string path, CancellationToken cancellationToken) =>
        (await LookAsync(workspace, [path], cancellationToken))[0];

    /// <summary>Looks at several at once: what a look costs is the sandbox, not the file.</summary>
    /// <returns>What was found, in the order of the paths.</returns>
    public async Task<IReadOnlyList<FileLook>> LookAsync(Workspace workspace, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        List<FileLook> looks = [];
        while (looks.Count < paths.Count)
        {
            if (!IsPath(paths[looks.Count]))
            {
                looks.Add(new FileLook.Refused("'path' must name a file or folder in at most 4096 bytes."));
                continue;
            }

            IReadOnlyList<string> asked = [.. paths.Skip(looks.Count).TakeWhile(IsPath).Take(FilesAtOnce)];
            IReadOnlyList<FileLook> found = await LookTogetherAsync(workspace, asked, cancellationToken);

            // What changes while it is shown, or can't be shown, is looked at by itself.
            looks.AddRange(found.Count > 0 ? found : await LookTogetherAsync(workspace, [asked[0]], cancellationToken));
        }

        return looks;
    }

    /// <summary>
    /// Writes and deletes files, with the folders above them; each whole or not at all. One that has changed since it was looked at is
    /// left alone, as is all that would be written together with it, and behind it.
    /// </summary>
    /// <param name="workspace">Whose files.</param>
    /// <param name="writes">In the order in which they are done. What is to be deleted may be gone already.</param>
    /// <returns>Null, or why the first that could not be done could not; those behind it stay as they were.</returns>
    public async Task<string?> WriteAsync(Workspace workspace, IReadOnlyList<FileWrite> writes, CancellationToken cancellationToken)
    {
        for (int done = 0; done < writes.Count;)
        {
            List<FileWrite> together = Batch(writes, done);
            SandboxOutput output = await RunAsync(workspace, WriteScript, [], FileWriteInput.Of(together), cancellationToken);
            if (output.ExitCode != 0)
            {
                return Failure(together, output);
            }

            done += together.Count;
        }

        return null;
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

    /// <returns>The looks at the first of them; at least one where one alone is asked for.</returns>
    private async Task<IReadOnlyList<FileLook>> LookTogetherAsync(Workspace workspace, IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        byte[] input = Encoding.UTF8.GetBytes(string.Concat(paths.Select(path => $"{Absolute(path)}\0")));
        SandboxOutput output = await RunAsync(workspace, LookScript, [$"{_options.FileBytes}"], input, cancellationToken);
        IReadOnlyList<FileLook> looks = paths.Count == 1 && output.ExitCode != 0 ? [] : FileLookReader.Read(paths, output.Output, _options.FileBytes);
        return looks.Count == 0 && paths is [var only] ? [new FileLook.Refused($"{only} can't be read: {FirstLine(output.Error)}")] : looks;
    }

    private static List<FileWrite> Batch(IReadOnlyList<FileWrite> writes, int first)
    {
        List<FileWrite> together = [writes[first]];
        long bytes = BytesOf(writes[first]);
        while (first + together.Count < writes.Count && together.Count < FilesAtOnce)
        {
            FileWrite next = writes[first + together.Count];
            bytes += BytesOf(next);
            if (bytes > BytesAtOnce)
            {
                break;
            }

            together.Add(next);
        }

        return together;
    }

    private static int BytesOf(FileWrite write) => write.State?.Content?.Length ?? 0;

    /// <summary>The script prints a byte before it changes the first file, and one for each that is done.</summary>
    private static string Failure(List<FileWrite> writes, SandboxOutput output)
    {
        string error = FirstLine(output.Error);
        if (output.Output.Length == 0 && writes.Count > 1)
        {
            return $"the files could not be written: {error}";
        }

        FileWrite failed = writes[Math.Clamp(output.Output.Length - 1, 0, writes.Count - 1)];
        return $"{failed.Path} could not be {(failed.State is { Content: null } ? "deleted" : "written")}: {error}";
    }

    private static bool IsPath(string path) =>
        path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal) && Encoding.UTF8.GetByteCount(path) <= LongestPath;

    private static string Absolute(string path) => path.StartsWith('/') ? path : $"{SandboxProfile.WorkspaceFolder}/{path}";

    private static string FirstLine(string text) => text.Trim().Split('\n')[0];

    private static string WithVisibleControls(string name) =>
        string.Concat(name.Select(character => char.IsControl(character) ? $"\\u{(int)character:x4}" : character.ToString()));
}
