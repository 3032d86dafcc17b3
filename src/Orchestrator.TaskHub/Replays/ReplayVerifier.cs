using Grpc.Core;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Grpc;

namespace Orchestrator.TaskHub.Replays;

/// <summary>
/// Replays histories at every prefix on the worker that is connected to <see cref="Invoker"/>: at each turn it must ask for
/// what history says was asked for next. It speaks the protocol, so that any worker can be verified as it is shipped;
/// activities are never run, nothing is stored. The verb <c>replay</c>, the golden histories and the fault tests' invariant
/// (every history a run leaves behind replays) use it.
/// </summary>
/// <example>
/// <code>
/// var verifier = new ReplayVerifier();
/// services.AddDurableTaskWorker(worker => worker
///     .UseGrpc(options => options.CallInvoker = verifier.Invoker)
///     .AddTasks(registry => registry.AddAgentTasks()));
/// // once the worker's hosted service runs:
/// ReplayResult result = await verifier.VerifyAsync(history, cancellationToken);
/// </code>
/// </example>
public sealed class ReplayVerifier
{
    private readonly ReplayService _service = new();

    public ReplayVerifier() => Invoker = new InProcessCallInvoker(_service, TimeProvider.System);

    /// <summary>The hub that the worker connects to.</summary>
    public CallInvoker Invoker { get; }

    /// <summary>Replays a history turn by turn, up to its first difference: those after it would follow from it. Thread-safe.</summary>
    public async Task<ReplayResult> VerifyAsync(StoredHistory history, CancellationToken cancellationToken)
    {
        int turns = 0;
        foreach (RecordedTurn turn in history.Turns)
        {
            IReadOnlyList<OrchestratorAction> actions = await _service.PlayAsync(history, turn, cancellationToken);
            turns++;
            if (ReplayDifference.Of(history, turn, actions) is { } difference)
            {
                return new ReplayResult(turns, difference);
            }
        }

        return new ReplayResult(turns, null);
    }
}
