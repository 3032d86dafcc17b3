using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools.ApplyPatch;

/// <summary>Changes, creates, moves and deletes text files of the workspace by a patch; all of it happens exactly once, or nothing.</summary>
internal sealed class ApplyPatchTool(WorkspaceFiles files) : ITool
{
    private const string NoSpace = "no_space";

    public ToolDefinition Definition { get; } = new(
        ToolNames.ApplyPatch,
        "Changes several text files of the workspace at once, wholly or not at all. The patch begins with the line '*** Begin Patch' and ends with "
            + "'*** End Patch'. Between them stand files: '*** Add File: PATH' with every line behind a '+'; '*** Delete File: PATH'; "
            + "'*** Update File: PATH', below it '*** Move to: PATH' for another name, and hunks. A hunk begins with '@@', or with '@@ ' and a line above "
            + "its place where that is needed to find it; its lines begin with ' ' (stays), '-' (goes) or '+' (comes). Give three lines that stay "
            + "around a change, as they are in the file, and hunks in the order of their places; '*** End of File' below a hunk ties it to the end. "
            + "Paths are relative to /workspace, or absolute below it.",
        """
        {"type":"object","properties":{"input":{"type":"string","description":"The whole patch."}},"required":["input"],"additionalProperties":false}
        """,
        EffectClass.Redo);

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        EditJournal answers = new(invocation.EffectFolder);
        PatchJournal journal = new(invocation.EffectFolder);
        string hash = EditJournal.HashOf(invocation.Arguments);
        try
        {
            if (answers.Answer is { } answer)
            {
                return new ToolOutcome.Finished(EditJournal.Checked(answer, answer.ArgumentsHash, hash, invocation).ToResult());
            }

            bool isNew = journal.Intent is null;
            if (journal.Intent is not { } intent)
            {
                if (!PatchArguments.TryParse(invocation.Arguments, out IReadOnlyList<FilePatch>? patches, out string? error))
                {
                    return Answer(answers, EditAnswer.Failure(hash, error));
                }

                PatchPlan plan = new(files, invocation.Workspace);
                if (await RefusalOfAsync(plan, patches, invocation, cancellationToken) is { } refusal)
                {
                    return Answer(answers, EditAnswer.Failure(hash, refusal));
                }

                intent = journal.Begin(hash, plan);
            }

            PatchRedo redo = new(files, invocation.Workspace, journal, EditJournal.Checked(intent, intent.ArgumentsHash, hash, invocation));
            (EditAnswer? done, ToolOutcome.Interrupted? interrupted) = await (isNew ? redo.BeginAsync(cancellationToken) : redo.ResumeAsync(cancellationToken));
            return done is null ? interrupted! : Answer(answers, done);
        }
        catch (IOException failure) when (failure.HResult == Libc.NoSpace && journal.Intent is null)
        {
            return new ToolOutcome.NeverStarted(NoSpace);
        }
    }

    private static async Task<string?> RefusalOfAsync(
        PatchPlan plan, IReadOnlyList<FilePatch> patches, ToolInvocation invocation, CancellationToken cancellationToken)
    {
        try
        {
            await plan.MakeAsync(patches, cancellationToken);
            foreach (FileChange change in plan.Changes)
            {
                if (await WorkspaceFence.RefusalOfAsync(invocation, change.Path, cancellationToken) is { } fenced)
                {
                    return fenced;
                }
            }

            return null;
        }
        catch (PatchException refused)
        {
            return $"The patch can't be applied: {refused.Message.TrimEnd('.')}. Nothing was changed.";
        }
    }

    private static ToolOutcome.Finished Answer(EditJournal answers, EditAnswer answer)
    {
        answers.Write(answer);
        return new ToolOutcome.Finished(answer.ToResult());
    }
}
