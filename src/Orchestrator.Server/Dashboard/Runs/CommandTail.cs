using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Dashboard.Runs;

/// <summary>The end of what a run's command has written so far, with no secrets in it.</summary>
internal sealed class CommandTail(DataFolder data, IHostStore hosts, Redactor redactor)
{
    private const int MostLines = 200;
    private const int LongestLine = 2_000;

    /// <param name="run">The run.</param>
    /// <param name="events">Its newest events.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where no command runs, or another machine has it.</returns>
    public async Task<LiveOutput?> ReadAsync(string run, IReadOnlyList<StoredRunEvent> events, CancellationToken cancellationToken)
    {
        StoredRunEvent? started = events.LastOrDefault(happened => happened.Event is { Kind: RunEventKind.ToolStarted, Effect: not null });
        if (started?.Event.Effect is not { } effect
            || events.Any(happened => happened.Sequence > started.Sequence && happened.Event.Kind is RunEventKind.ToolFinished or RunEventKind.Finished))
        {
            return null;
        }

        HeldWorkspace? held = await hosts.FindAsync(run, cancellationToken);
        if (held is { Host.IsHere: false })
        {
            return null;
        }

        DataFolder folder = held is null ? data : data with { HostRoot = held.Host.Folder };
        using var output = new CommandOutput(folder.EffectsOf(run));
        output.Follow(effect);
        IReadOnlyList<string> lines = output.End();

        // Rid of secrets as a whole: one may go over lines, and half of one isn't found any more.
        string tail = redactor.Redact(string.Join('\n', lines.TakeLast(MostLines)));
        return new LiveOutput(
            started.Event.Text, [.. tail.Split('\n').Select(line => ShortText.Shortened(line, LongestLine))], Math.Max(0, lines.Count - MostLines));
    }
}
