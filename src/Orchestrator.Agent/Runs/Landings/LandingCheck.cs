using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>Finds out before a run starts whether what it makes could be pushed.</summary>
public sealed class LandingCheck(Remotes remotes)
{
    /// <summary>By what is configured; nothing is asked of the remote.</summary>
    /// <exception cref="TaskFileException">There is no such remote.</exception>
    /// <exception cref="EnvironmentException">A token is missing.</exception>
    public async Task CheckAsync(AgentTask task, CancellationToken cancellationToken)
    {
        if (task.Land.Kind != LandKind.Patch)
        {
            await remotes.OfAsync(task, cancellationToken);
        }
    }

    /// <summary>By asking the remote; nothing is changed there.</summary>
    /// <exception cref="TaskFileException">It lacks the branch that the task names.</exception>
    /// <exception cref="EnvironmentException">It can't be reached, or refuses.</exception>
    public async Task ReachAsync(AgentTask task, CancellationToken cancellationToken)
    {
        if (task.Land.Kind == LandKind.Patch)
        {
            return;
        }

        RemoteAddress address = await remotes.OfAsync(task, cancellationToken);
        IReadOnlyDictionary<string, string> there;
        try
        {
            IReadOnlyList<string> wanted = task.Land.Base is { } named ? [named] : [];
            there = await remotes.AskAsync(task.Workspace.Source, address, remote => remote.FindAsync(wanted, cancellationToken), cancellationToken);
        }
        catch (Exception failure) when (failure is GitException or IOException or CodeHostException)
        {
            string said = failure is GitException refused ? refused.Said : failure.Message;
            throw new EnvironmentException($"land.remote: {address.Text} can't be asked ({said.ReplaceLineEndings(" ")}); mend that, or use 'land: {{ kind: patch }}'.");
        }

        if (task.Land.Base is { } onto && !there.ContainsKey(onto))
        {
            throw new TaskFileException($"land.base: {address.Text} has no branch '{onto}'; name one that is there.");
        }
    }
}
