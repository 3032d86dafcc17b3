using Microsoft.Extensions.Options;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.People;

namespace Orchestrator.Agent.Notifications;

/// <summary>Whom a notice goes to by mail: whoever may decide, or whoever asked for the run. The only place that knows people's addresses.</summary>
public sealed class Addressees(IOptions<NotificationOptions> options)
{
    /// <returns>Each address once; the channel's own where nobody's is known, or not everybody's is.</returns>
    public IReadOnlyList<string> Of(Channel channel, Notice notice, Approval? approval, string? requester)
    {
        IReadOnlyList<string> called = notice.Kind == NoticeKind.RunFinished || approval is null
            ? requester is null ? [] : [requester]
            : [.. Deciders(approval, notice.At).SelectMany(Names)];
        string?[] known = [.. called.Select(name => options.Value.Addresses.GetValueOrDefault(name))];
        return known.Length == 0 || known.Contains(null)
            ? [.. known.OfType<string>().Concat(channel.To).Distinct(StringComparer.OrdinalIgnoreCase)]
            : [.. known.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    private static IEnumerable<DeciderGroup> Deciders(Approval approval, DateTimeOffset at)
    {
        TimeSpan age = approval.OpenedAt is { } opened ? at - opened : TimeSpan.Zero;
        return approval.Terms.EscalateTo.Take(approval.Terms.RungsAt(age)).Prepend(approval.Terms.Deciders);
    }

    private static IEnumerable<string> Names(DeciderGroup group) =>
        group.People.Concat(group.Roles.Select(role => $"role {role}")).Concat(group.Teams.Select(team => $"team {team}"));
}
