using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.TextEditor;

/// <summary>Shows and edits text files of the workspace; each edit happens exactly once, however often it is asked for.</summary>
internal sealed class TextEditorTool(WorkspaceFiles files) : ITool
{
    private const string Conflict = "conflict";
    private const string NoSpace = "no_space";

    public ToolDefinition Definition { get; } = new(
        ToolNames.TextEditor,
        "Views, creates and edits text files of the workspace. Paths are relative to /workspace, or absolute below it. "
            + "view shows a file with line numbers (view_range for a part) or a folder two levels deep; create writes a whole file and the folders "
            + "above it; str_replace replaces text that must be found exactly once, blanks included; insert adds text after a line (0 for the beginning).",
        """
        {"type":"object","properties":{"command":{"type":"string","enum":["view","create","str_replace","insert"]},"path":{"type":"string"},"view_range":{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":2,"description":"view: first and last line, from 1; -1 is the end."},"file_text":{"type":"string","description":"create: the whole content."},"old_str":{"type":"string","description":"str_replace: the text to be replaced."},"new_str":{"type":"string","description":"str_replace: what takes its place; nothing if left out."},"insert_line":{"type":"integer","minimum":0,"description":"insert: the line after which the text goes."},"insert_text":{"type":"string","description":"insert: the text."}},"required":["command","path"],"additionalProperties":false}
        """,
        EffectClass.Redo);

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        EditJournal journal = new(invocation.EffectFolder);
        string hash = EditJournal.HashOf(invocation.Arguments);
        try
        {
            if (journal.Answer is { } answer)
            {
                return Finished(EditJournal.Checked(answer, answer.ArgumentsHash, hash, invocation));
            }

            if (journal.Intent is { } intent)
            {
                return await ResumeAsync(journal, EditJournal.Checked(intent, intent.ArgumentsHash, hash, invocation), invocation.Workspace, cancellationToken);
            }

            return await StartAsync(journal, hash, invocation, cancellationToken);
        }
        catch (IOException failure) when (failure.HResult == Libc.NoSpace && journal.Intent is null)
        {
            return new ToolOutcome.NeverStarted(NoSpace);
        }
    }

    private async Task<ToolOutcome> StartAsync(
        EditJournal journal, string hash, ToolInvocation invocation, CancellationToken cancellationToken)
    {
        if (!EditorCommand.TryParse(invocation.Arguments, out EditorCommand? command, out string? error))
        {
            return Answer(journal, EditAnswer.Failure(hash, error));
        }

        FileLook look = await files.LookAsync(invocation.Workspace, command.Path, cancellationToken);
        if (command is EditorCommand.View view)
        {
            return Answer(journal, await ShowAsync(view, look, hash, invocation.Workspace, cancellationToken));
        }

        string? fenced = PathOf(look) is { } path ? await WorkspaceFence.RefusalOfAsync(invocation, path, cancellationToken) : null;
        switch (fenced is null ? Decide(command, look) : new Edit.Refused(fenced))
        {
            case Edit.Refused refused:
                return Answer(journal, EditAnswer.Failure(hash, refused.Reason));

            case Edit.Changed changed:
                byte[] content = changed.File.Encode();
                EditIntent intent = IntentOf(look, hash, content, changed.Message);
                journal.Write(intent, content);
                return await ApplyAsync(journal, intent, content, invocation.Workspace, cancellationToken);

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static string? PathOf(FileLook look) => look switch
    {
        FileLook.Present present => present.Path,
        FileLook.Missing missing => missing.Path,
        _ => null,
    };

    private static Edit Decide(EditorCommand command, FileLook look) => (command, look) switch
    {
        (_, FileLook.Refused refused) => new Edit.Refused(refused.Reason),
        (_, FileLook.Folder) => new Edit.Refused($"{command.Path} is a folder."),
        (EditorCommand.Create create, FileLook.Missing) => new Edit.Changed(TextFile.Of(create.Text), $"Created {create.Path}.\n"),
        (EditorCommand.Create create, FileLook.Present) => new Edit.Changed(TextFile.Of(create.Text), $"Replaced the whole content of {create.Path}.\n"),
        (_, FileLook.Present present) when !TextFile.TryDecode(present.Content, out _) => new Edit.Refused(NotText(command.Path)),
        (EditorCommand.Replace replace, FileLook.Present present) => Edit.Replace(Decoded(present), replace),
        (EditorCommand.Insert insert, FileLook.Present present) => Edit.Insert(Decoded(present), insert),
        _ => new Edit.Refused($"{command.Path} does not exist; use create to make it."),
    };

    private async Task<EditAnswer> ShowAsync(
        EditorCommand.View view, FileLook look, string hash, Workspace workspace, CancellationToken cancellationToken)
    {
        switch (look)
        {
            case FileLook.Folder when view.First is not null:
                return EditAnswer.Failure(hash, $"{view.Path} is a folder; 'view_range' is for files.");

            case FileLook.Folder folder:
                return new(hash, 0, await files.ListAsync(workspace, folder.Path, cancellationToken), HasChangedFiles: false);

            case FileLook.Present present when TextFile.TryDecode(present.Content, out TextFile? file):
                return Show(view, file, hash) with { File = new FileVersion(present.Path, EditJournal.HashOf(present.Content.Span)) };

            case FileLook.Present:
                return EditAnswer.Failure(hash, NotText(view.Path));

            case FileLook.Refused refused:
                return EditAnswer.Failure(hash, refused.Reason);

            default:
                return EditAnswer.Failure(hash, $"{view.Path} does not exist.");
        }
    }

    private static EditAnswer Show(EditorCommand.View view, TextFile file, string hash)
    {
        int first = view.First ?? 1;
        int last = view.Last is null or -1 ? file.Lines.Count : view.Last.Value;
        bool isWhole = view.First is null;
        if (!isWhole && (first < 1 || first > Math.Max(file.Lines.Count, 1) || last < first - 1))
        {
            return EditAnswer.Failure(hash, $"'view_range' [{view.First}, {view.Last}] does not fit {view.Path}, which has {file.Lines.Count} lines.");
        }

        string text = file.Lines.Count == 0 ? $"{view.Path} is empty.\n" : file.Numbered(first, last);
        return new(hash, 0, text, HasChangedFiles: false);
    }

    private async Task<ToolOutcome> ResumeAsync(
        EditJournal journal, EditIntent intent, Workspace workspace, CancellationToken cancellationToken)
    {
        FileLook look = await files.LookAsync(workspace, intent.Path, cancellationToken);
        string? found = look is FileLook.Present present ? EditJournal.HashOf(present.Content.Span) : null;
        if (found == intent.HashAfter)
        {
            return await ApplyAsync(journal, intent, null, workspace, cancellationToken);
        }

        if (found == intent.HashBefore && look is FileLook.Present or FileLook.Missing)
        {
            return await ApplyAsync(journal, intent, journal.Content, workspace, cancellationToken);
        }

        string text = $"The edit of {intent.Path} was interrupted, and the file has since become neither what it was before nor what the edit "
            + "would have made of it. The edit was NOT applied again. View the file before you decide how to go on.\n";
        return new ToolOutcome.Interrupted(new EditAnswer(intent.ArgumentsHash, 1, text, HasChangedFiles: true).ToResult(), Conflict);
    }

    /// <param name="content">What is written; null where it is there already.</param>
    private async Task<ToolOutcome> ApplyAsync(
        EditJournal journal, EditIntent intent, byte[]? content, Workspace workspace, CancellationToken cancellationToken)
    {
        FileWrite write = new(intent.Path, content is null ? null : new FileState(content, intent.Mode), intent.HashBefore);
        string? failure = await files.WriteAsync(workspace, [write], cancellationToken);
        return Answer(journal, failure is null ? Success(intent) : EditAnswer.Failure(intent.ArgumentsHash, failure));
    }

    private static EditIntent IntentOf(FileLook look, string hash, byte[] content, string message)
    {
        FileLook.Present? present = look as FileLook.Present;
        return new()
        {
            ArgumentsHash = hash,
            Path = PathOf(look)!,
            HashBefore = present is null ? null : EditJournal.HashOf(present.Content.Span),
            HashAfter = EditJournal.HashOf(content),
            Mode = present?.Mode,
            Message = message,
        };
    }

    private static ToolOutcome.Finished Answer(EditJournal journal, EditAnswer answer)
    {
        journal.Write(answer);
        return Finished(answer);
    }

    private static ToolOutcome.Finished Finished(EditAnswer answer) => new(answer.ToResult());

    private static EditAnswer Success(EditIntent intent) =>
        new(intent.ArgumentsHash, 0, intent.Message, HasChangedFiles: true, new FileVersion(intent.Path, intent.HashAfter));

    private static TextFile Decoded(FileLook.Present present) =>
        TextFile.TryDecode(present.Content, out TextFile? file) ? file : throw new InvalidDataException($"{present.Path} is not text.");

    private static string NotText(string path) => $"{path} is not UTF-8 text; use bash for it.";
}
