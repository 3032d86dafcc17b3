using System.Text;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>
/// The messages of the commits that the agent made in its own git folder, which is read in the sandbox alone. Only the words are taken: the
/// files of those commits nobody has verified.
/// </summary>
public sealed class AgentCommits(ISandbox sandbox, Redactor redactor)
{
    private const string Most = "50";

    /// <param name="workspace">The run's workspace.</param>
    /// <param name="from">The commit that the run began with.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The oldest first; none where git can't say, since the folder is the agent's to break.</returns>
    public async Task<IReadOnlyList<string>> ReadAsync(Workspace workspace, string from, CancellationToken cancellationToken)
    {
        SandboxOutput told = await sandbox.RunAsync(
            workspace, ["git", "--no-pager", "log", "-z", "-n", Most, "--no-merges", "--format=%B", $"{from}..HEAD"], ReadOnlyMemory<byte>.Empty, cancellationToken);
        return told.ExitCode != 0
            ? []
            : [.. redactor.Redact(Encoding.UTF8.GetString(told.Output.Span)).Split('\0', StringSplitOptions.RemoveEmptyEntries).Reverse().Select(message => ShortText.Shortened(message, LandingMessage.LongestPart))];
    }
}
