using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Runs;

namespace Orchestrator.Agent.Notifications;

/// <summary>Makes of each notice one notification for each recipient of each channel that takes it. Nothing is sent here.</summary>
public sealed class NoticeRouting(INotificationStore store, IApprovalStore approvals, IRunStore runs, Channels channels, Addressees addressees)
{
    /// <summary>So few that whoever else writes isn't kept waiting by them.</summary>
    private const int NoticesOfAWrite = 100;

    private const int WritesOfARound = 200;

    public async Task RouteAsync(CancellationToken cancellationToken)
    {
        for (int write = 0; write < WritesOfARound; write++)
        {
            IReadOnlyList<Notice> notices = await store.ListNoticesAsync(NoticesOfAWrite, cancellationToken);
            if (notices.Count == 0)
            {
                return;
            }

            var notifications = new List<Notification>();
            foreach (Notice notice in notices)
            {
                notifications.AddRange(await AddressAsync(notice, cancellationToken));
            }

            await store.AddressAsync(notices, notifications, cancellationToken);
        }
    }

    private async Task<IEnumerable<Notification>> AddressAsync(Notice notice, CancellationToken cancellationToken)
    {
        Channel[] taking = [.. channels.All.Where(channel => channel.Takes(notice))];
        if (taking.All(channel => channel.Kind != ChannelKind.Email))
        {
            return taking.Select(channel => Make(notice, channel, string.Empty));
        }

        Approval? approval = notice.ApprovalId is null ? null : await approvals.FindAsync(notice.ApprovalId, cancellationToken);
        string? requester = (await runs.FindAsync(notice.RunId, cancellationToken))?.Requester;
        return taking.SelectMany(channel => (channel.Kind == ChannelKind.Email ? addressees.Of(channel, notice, approval, requester) : [string.Empty])
            .Select(recipient => Make(notice, channel, recipient)));
    }

    private static Notification Make(Notice notice, Channel channel, string recipient) => new()
    {
        Notice = notice,
        Channel = channel.Name,
        Recipient = recipient,
        DueAt = channel.Hours.DueAt(notice.Kind, notice.At),
    };
}
