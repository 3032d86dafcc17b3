using Grpc.Core;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Agent.Approvals;

/// <summary>
/// Raises the doorbells of decided approvals until their waiting orchestrators have read the decision, and those of canceled runs
/// until they are over. Anybody may record a decision; only the ringer speaks to the hub, so a decision made while nothing runs rings at the next start.
/// </summary>
public sealed class DoorbellRinger(
    IApprovalStore approvals, DurableTaskClient client, TimeProvider time, ILogger<DoorbellRinger> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>After these spans an unread doorbell is rung again; then at the last one's pace.</summary>
    private static readonly TimeSpan[] RingAgainAfter = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)];

    private readonly Dictionary<string, (int Rings, DateTimeOffset NextAt)> _rung = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RingAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Hub or database may be away for a while; the rows stay and ring again.
                Log.RoundFailed(logger, failure);
            }

            await Task.Delay(Interval, time, stoppingToken);
        }
    }

    private async Task RingAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> doorbells = await approvals.ListDoorbellsAsync(cancellationToken);
        foreach (string gone in _rung.Keys.Except(doorbells).ToArray())
        {
            _rung.Remove(gone);
        }

        DateTimeOffset now = time.GetUtcNow();
        foreach (string approval in doorbells)
        {
            (int rings, DateTimeOffset nextAt) = _rung.GetValueOrDefault(approval);
            if (now < nextAt)
            {
                continue;
            }

            _rung[approval] = (rings + 1, now + RingAgainAfter[Math.Min(rings, RingAgainAfter.Length - 1)]);
            try
            {
                await client.RaiseEventAsync(approval, ApprovalSteps.Doorbell, approval, cancellationToken);
            }
            catch (RpcException failure) when (failure.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition)
            {
                // The waiter isn't there yet, or is over: the row stays and rings again.
                Log.DoorbellUnanswered(logger, approval, failure.StatusCode);
            }
        }
    }
}
