using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>
/// Carries a patch out that its journal holds, from wherever it stands: a file that is already what it is to be is left alone. What
/// can't be carried out as a whole is taken back as a whole.
/// </summary>
internal sealed class PatchRedo(WorkspaceFiles files, Workspace workspace, PatchJournal journal, PatchIntent intent)
{
    private const string Conflict = "conflict";

    /// <summary>What was planned a moment ago, with nothing written yet.</summary>
    public Task<(EditAnswer? Answer, ToolOutcome.Interrupted? Interrupted)> BeginAsync(CancellationToken cancellationToken) =>
        RedoAsync([.. intent.Files.Select(file => (file, Standing.Before))], cancellationToken);

    /// <returns>The call's answer, or an interruption where a file is neither what it was nor what it is to be.</returns>
    public async Task<(EditAnswer? Answer, ToolOutcome.Interrupted? Interrupted)> ResumeAsync(CancellationToken cancellationToken)
    {
        if (journal.UndoReason is { } reason)
        {
            return await UndoAsync(reason, cancellationToken);
        }

        (IReadOnlyList<(FileIntent File, Standing Standing)> found, ToolOutcome.Interrupted? conflict) = await LookAsync(cancellationToken);
        return conflict is null ? await RedoAsync(found, cancellationToken) : (null, conflict);
    }

    private async Task<(EditAnswer? Answer, ToolOutcome.Interrupted? Interrupted)> RedoAsync(
        IReadOnlyList<(FileIntent File, Standing Standing)> found, CancellationToken cancellationToken)
    {
        FileWrite[] writes =
        [
            .. found.Select(each => each.Standing == Standing.After
                ? new FileWrite(each.File.Path, null, null)
                : new FileWrite(each.File.Path, State(each.File.After, each.File.ModeAfter), each.File.Before?.Hash)),
        ];
        if (await files.WriteAsync(workspace, writes, cancellationToken) is not { } failure)
        {
            return (Success(), null);
        }

        journal.BeginUndo(failure);
        return await UndoAsync(failure, cancellationToken);
    }

    private async Task<(EditAnswer? Answer, ToolOutcome.Interrupted? Interrupted)> UndoAsync(string reason, CancellationToken cancellationToken)
    {
        (IReadOnlyList<(FileIntent File, Standing Standing)> found, ToolOutcome.Interrupted? conflict) = await LookAsync(cancellationToken);
        if (conflict is not null)
        {
            return (null, conflict);
        }

        FileWrite[] writes =
        [
            .. found.Reverse().Select(each => each.Standing == Standing.Before
                ? new FileWrite(each.File.Path, null, null)
                : new FileWrite(each.File.Path, State(each.File.Before, each.File.ModeBefore), each.File.After?.Hash)),
        ];
        return await files.WriteAsync(workspace, writes, cancellationToken) is { } failure
            ? (null, Interrupted($"{reason}. It was to be taken back, but {failure}"))
            : (EditAnswer.Failure(intent.ArgumentsHash, $"{reason}. Nothing was changed: the patch is applied as a whole or not at all."), null);
    }

    private async Task<(IReadOnlyList<(FileIntent File, Standing Standing)> Found, ToolOutcome.Interrupted? Conflict)> LookAsync(CancellationToken cancellationToken)
    {
        List<(FileIntent File, Standing Standing)> found = [];
        IReadOnlyList<FileLook> looks = await files.LookAsync(workspace, [.. intent.Files.Select(file => file.Path)], cancellationToken);
        foreach ((FileIntent file, FileLook look) in intent.Files.Zip(looks))
        {
            string? hash = look is FileLook.Present present ? EditJournal.HashOf(present.Content.Span) : null;
            bool isThere = look is FileLook.Missing || hash is not null;
            found.Add((file, isThere && hash == file.After?.Hash ? Standing.After : isThere && hash == file.Before?.Hash ? Standing.Before : Standing.Other));
        }

        string list = string.Concat(found.Select(each => $"{each.File.Path}: {Told(each.Standing)}\n"));
        return (found, found.Any(each => each.Standing == Standing.Other) ? Interrupted($"a file has become something else since. The files are now:\n{list}") : null);
    }

    private FileState State(KeptFile? kept, string? mode) => kept is null ? FileState.Missing : new FileState(journal.Content(kept), mode);

    private EditAnswer Success() => new(
        intent.ArgumentsHash,
        0,
        intent.Message,
        HasChangedFiles: true,
        intent.Files.Where(file => file.After is not null).ToArray() is [var only] ? new FileVersion(only.Path, only.After!.Hash) : null);

    private ToolOutcome.Interrupted Interrupted(string what) => new(
        new EditAnswer(
            intent.ArgumentsHash,
            1,
            $"The patch was interrupted: {what.TrimEnd('\n')}\nIt is NOT applied again. Look at the files before you decide how to go on.\n",
            HasChangedFiles: true).ToResult(),
        Conflict);

    private static string Told(Standing standing) => standing switch
    {
        Standing.Before => "as before the patch",
        Standing.After => "as the patch makes it",
        Standing.Other => "neither",
    };

    private enum Standing
    {
        Before,
        After,
        Other,
    }
}
