using Google.Protobuf;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Replay;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wire = Orchestrator.Protocol;

namespace Microsoft.DurableTask.Worker.Grpc;

/// <summary>Plays one turn of an orchestration for a host that carries the protocol's messages by itself, as the Functions host does.</summary>
public static class GrpcOrchestrationRunner
{
    /// <summary>Longer timers become several, as in a worker.</summary>
    private static readonly TimeSpan LongestTimer = new DurableTaskWorkerOptions().MaximumTimerInterval;

    /// <summary>Plays a turn; whatever goes wrong in it ends the orchestration.</summary>
    /// <param name="encodedOrchestratorRequest">The request with its whole history, as base64 of the protocol's message.</param>
    /// <param name="implementation">The orchestrator that it is for.</param>
    /// <param name="services">Where its loggers come from; null for none.</param>
    /// <returns>The answer, as base64 of the protocol's message.</returns>
    /// <exception cref="ArgumentException">It is no request.</exception>
    public static string LoadAndRun(string encodedOrchestratorRequest, ITaskOrchestrator implementation, IServiceProvider? services = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(encodedOrchestratorRequest);
        ArgumentNullException.ThrowIfNull(implementation);
        Wire.OrchestratorRequest request = Read(encodedOrchestratorRequest);
        string name = request.PastEvents.Concat(request.NewEvents).Select(happened => happened.ExecutionStarted?.Name).FirstOrDefault(started => !string.IsNullOrEmpty(started))
            ?? implementation.GetType().Name;
        TaskCatalogue catalogue = new(new DurableTaskRegistry().AddOrchestrator(name, () => implementation));
        ILoggerFactory loggers = services?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        OrchestratorRunner runner = new(
            catalogue, versioning: null, new ReplaySettings(JsonDataConverter.Default, LongestTimer, string.Empty, loggers), TimeProvider.System);

        // Without a version rule no turn is given back.
        return Convert.ToBase64String(runner.Run(request, request.PastEvents, string.Empty)!.ToByteArray());
    }

    private static Wire.OrchestratorRequest Read(string encoded)
    {
        try
        {
            return Wire.OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(encoded));
        }
        catch (Exception failure) when (failure is FormatException or InvalidProtocolBufferException)
        {
            throw new ArgumentException("It is not base64 of an OrchestratorRequest.", nameof(encoded), failure);
        }
    }
}
