using Microsoft.DurableTask;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs;

/// <summary>Lays out a run's workspace and opens its transcript with the instructions.</summary>
public sealed class PrepareWorkspace(ITaskStore tasks, ITranscriptStore transcripts, Redactor redactor, DataFolder data) : TaskActivity<string, bool>
{
    public override async Task<bool> RunAsync(TaskActivityContext context, string run)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask admitted = await tasks.GetAsync(run, cancellationToken);
        string folder = data.WorkspaceOf(run);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await WorkspaceTree.PrepareAsync(folder, admitted.Task.Workspace.Source, admitted.BaseCommit, cancellationToken);

        string tree = WorkspaceTree.At(folder).Tree;
        Instructions instructions = await Instructions.ReadAsync(admitted.Task, tree, redactor, cancellationToken);
        await transcripts.AppendAsync(
            run,
            TranscriptKey.Opening,
            [TranscriptEntry.Instructions(instructions.System), TranscriptEntry.User(0, instructions.User)],
            new RunEvent(RunEventKind.Prepared, 0, string.Join("; ", Facts(admitted, instructions))),
            cancellationToken);
        return true;
    }

    private static IEnumerable<string> Facts(AdmittedTask admitted, Instructions instructions)
    {
        yield return $"workspace at commit {admitted.BaseCommit[..12]}";
        yield return $"model {admitted.Model}: {admitted.ModelReason}";
        if (instructions.Note is { } note)
        {
            yield return note;
        }
    }
}
