using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.Sandbox;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>A whole patch against the workspace as it is now: all files are looked at at once, and nothing is written.</summary>
internal sealed class PatchPlan(WorkspaceFiles files, Workspace workspace)
{
    private readonly Dictionary<string, FileLook> _looks = [];
    private readonly Dictionary<string, FileState> _before = [];
    private readonly Dictionary<string, FileState> _after = [];
    private readonly List<string> _summary = [];
    private readonly List<string> _notes = [];

    /// <summary>What becomes of the files, what is written before what is deleted.</summary>
    public IReadOnlyList<FileChange> Changes =>
    [
        .. _before.Select(file => new FileChange(file.Key, file.Value, _after[file.Key])).Where(HasChanged).OrderBy(change => change.After.Content is null),
    ];

    /// <summary>What is answered once it is done: each file by a letter, then how hunks fitted that didn't fit exactly.</summary>
    public string Message => $"Applied the patch.\n{string.Join('\n', _summary.Concat(_notes))}\n";

    /// <exception cref="PatchException">The patch can't be applied, whole, to what is there.</exception>
    public async Task MakeAsync(IReadOnlyList<FilePatch> patches, CancellationToken cancellationToken)
    {
        string[] paths = [.. patches.SelectMany(PathsOf).Select(Plain).Distinct()];
        foreach ((string path, FileLook look) in paths.Zip(await files.LookAsync(workspace, paths, cancellationToken)))
        {
            _looks[path] = look;
        }

        foreach (FilePatch patch in patches)
        {
            Add(patch);
        }

        Complete();
    }

    private static IEnumerable<string> PathsOf(FilePatch patch) => patch is FilePatch.Update { MoveTo: { } target } ? [patch.Path, target] : [patch.Path];

    private void Add(FilePatch patch)
    {
        (string path, FileState now) = Find(patch.Path);
        switch (patch)
        {
            case FilePatch.Create create when now.Content is null:
                _after[path] = new FileState(TextFile.Of(string.Concat(create.Lines.Select(line => $"{line}\n"))).Encode(), null);
                _summary.Add($"A {patch.Path}");
                break;
            case FilePatch.Create:
                throw new PatchException($"{patch.Path} exists already; update it, or delete it first");
            case var _ when now.Content is null:
                throw new PatchException($"{patch.Path} does not exist");
            case FilePatch.Delete:
                _after[path] = FileState.Missing;
                _summary.Add($"D {patch.Path}");
                break;
            case FilePatch.Update update:
                Update(update, path, now);
                break;
        }
    }

    private void Complete()
    {
        foreach (string path in _before.Keys)
        {
            if (_before.Keys.FirstOrDefault(other => other.StartsWith($"{path}/", StringComparison.Ordinal)) is { } below)
            {
                throw new PatchException($"{path} can't be a file and the folder of {below} in one patch");
            }
        }

        if (Changes.Count == 0)
        {
            throw new PatchException("it would change nothing");
        }
    }

    private void Update(FilePatch.Update update, string path, FileState now)
    {
        FileState changed = now;
        if (update.Hunks.Count > 0)
        {
            if (!TextFile.TryDecode(now.Content!.Value, out TextFile? file))
            {
                throw new PatchException($"{update.Path} is not UTF-8 text");
            }

            (TextFile patched, IReadOnlyList<string> notes) = PatchedText.Of(update.Path, file, update.Hunks);
            _notes.AddRange(notes);
            changed = now with { Content = patched.Encode() };
        }

        _after[path] = changed;
        if (update.MoveTo is not { } target)
        {
            _summary.Add($"M {update.Path}");
            return;
        }

        (string resolved, FileState there) = Find(target);
        if (resolved != path)
        {
            _after[path] = FileState.Missing;
            _after[resolved] = there.Content is null ? changed : throw new PatchException($"{update.Path} can't be moved to {target}, which exists already");
        }

        _summary.Add($"R {update.Path} -> {target}");
    }

    /// <summary>A file as the patch has left it so far.</summary>
    private (string Path, FileState Now) Find(string path)
    {
        string plain = Plain(path);
        if (_after.TryGetValue(plain, out FileState? known))
        {
            return (plain, known);
        }

        FileState found = _looks[plain] switch
        {
            FileLook.Refused refused => throw new PatchException(refused.Reason.TrimEnd('.')),
            FileLook.Folder => throw new PatchException($"{path} is a folder"),
            FileLook.Present present when present.Path == plain => new FileState(present.Content, present.Mode),
            FileLook.Present present => throw ThroughLink(path, present.Path),
            FileLook.Missing missing when missing.Path == plain => FileState.Missing,
            FileLook.Missing missing => throw ThroughLink(path, missing.Path),
        };
        _before[plain] = found;
        _after[plain] = found;
        return (plain, found);
    }

    private static PatchException ThroughLink(string path, string resolved) =>
        new($"{path} is a link, or leads through one, to {resolved}; a patch follows no links, so name that path");

    /// <summary>The path as it is without links, from the root of the sandbox.</summary>
    private static string Plain(string path)
    {
        List<string> parts = [];
        string absolute = path.StartsWith('/') ? path : $"{SandboxProfile.WorkspaceFolder}/{path}";
        foreach (string part in absolute.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return parts.Any(part => part.Equals(".git", StringComparison.OrdinalIgnoreCase))
            ? throw new PatchException($"{path} is in a git folder, which no patch changes")
            : $"/{string.Join('/', parts)}";
    }

    private static bool HasChanged(FileChange change) =>
        (change.Before.Content is null) != (change.After.Content is null)
        || (change.Before.Content is { } before && change.After.Content is { } after && !before.Span.SequenceEqual(after.Span));
}
