using System.Text;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.SubAgents;

/// <summary>Merges what sub-agents did into the files of the run that they worked for, and tells its model.</summary>
public sealed class SubAgentResults(ITaskStore tasks, IReplyStore replies, RunArtifacts artifacts)
{
    private const int ShownCharacters = 4_000;
    private const int ShownPaths = 30;

    /// <summary>Repeating it merges the same again: from the same fork, in the same order.</summary>
    public async Task<ToolResult> MergeAsync(ToolInvocation invocation, IReadOnlyList<RunSummary> agents, CancellationToken cancellationToken)
    {
        AdmittedTask first = await tasks.GetAsync(agents[0].RunId, cancellationToken);
        var merge = new WorkspaceMerge(invocation.Workspace, first.BaseCommit);
        var text = new StringBuilder();
        bool isWhole = true;
        foreach (RunSummary agent in agents)
        {
            MergedPatch? merged = agent is { Result: { Status: RunStatus.Accepted, Patch: not null } }
                ? await merge.AddAsync(agent.Name, await File.ReadAllBytesAsync(await artifacts.PatchAsync(agent, cancellationToken), cancellationToken), cancellationToken)
                : null;
            isWhole &= merged is { Conflicts.Count: 0 };
            await DescribeAsync(text, agent, merged, cancellationToken);
        }

        await merge.WriteAsync(cancellationToken);
        byte[] output = Encoding.UTF8.GetBytes(text.ToString());
        return new ToolResult { ExitCode = isWhole ? 0 : 1, Output = output, OutputBytes = output.Length };
    }

    private async Task DescribeAsync(StringBuilder text, RunSummary agent, MergedPatch? merged, CancellationToken cancellationToken)
    {
        string reason = agent.Result?.Reason is { } why ? $" {why}" : string.Empty;
        text.Append($"## {agent.Name}: {agent.Status.InWords()} (run {agent.RunId}, {agent.Turns} turns, {Dollars.Of(agent.CostUsd)}){reason}\n");
        text.Append(merged switch
        {
            { Conflicts: [], Changed: [] } => "It changed nothing.\n",
            { Conflicts: [] } => $"Merged: {Listed(merged.Changed)}\n",
            { } => $"NOT merged: it conflicts with what was merged before, in {Listed(merged.Conflicts)}. Make its changes yourself:\n",
            null => "NOT merged. ",
        });
        if (merged is null or { Conflicts.Count: > 0 })
        {
            text.Append(await PatchAsync(agent, cancellationToken));
        }

        CommittedReply? last = await replies.FindAsync(agent.RunId, agent.Turns, cancellationToken);
        text.Append(last is { Text.Length: > 0 } ? $"It said last:\n{Observation.Bound(last.Text, ShownCharacters)}\n\n" : "\n");
    }

    private async Task<string> PatchAsync(RunSummary agent, CancellationToken cancellationToken)
    {
        string path = await artifacts.PatchAsync(agent, cancellationToken);
        string patch = File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : string.Empty;
        return patch.Length == 0 ? "It changed nothing.\n" : $"Its changes:\n{Observation.Bound(patch, ShownCharacters)}\n";
    }

    private static string Listed(IReadOnlyList<string> paths) => paths.Count <= ShownPaths
        ? string.Join(", ", paths)
        : $"{string.Join(", ", paths.Take(ShownPaths))} and {paths.Count - ShownPaths} more";
}
