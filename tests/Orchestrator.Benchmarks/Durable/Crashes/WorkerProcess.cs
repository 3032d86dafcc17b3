using System.CommandLine;
using Grpc.Net.Client;
using Orchestrator.Benchmarks.Durable.Agents;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>A worker in a process of its own, whose tools append a line to a file.</summary>
internal static class WorkerProcess
{
    private const string Verb = "worker";

    /// <param name="folder">Where its steps are logged.</param>
    public static async Task<ChildProcess> StartAsync(Uri hub, string folder, CancellationToken cancellationToken)
    {
        (ChildProcess process, _) = await ChildProcess.StartAsync(Workloads.Executable, [Verb, "--hub", $"{hub}", "--folder", folder], cancellationToken);
        return process;
    }

    /// <summary>What the process runs: it says an empty line when it is ready, and works until its input ends.</summary>
    public static Command CreateVerb()
    {
        var hub = new Option<string>("--hub") { Required = true };
        var folder = new Option<string>("--folder") { Required = true };
        var command = new Command(Verb) { hub, folder };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var log = new StepLog(parsed.GetValue(folder)!);
            using GrpcChannel channel = GrpcChannel.ForAddress(parsed.GetValue(hub)!, new GrpcChannelOptions
            {
                // As the product's worker.
                InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
                MaxReconnectBackoff = TimeSpan.FromMilliseconds(100),
            });
            await using Worker worker = await Worker.StartAsync(
                channel.CreateCallInvoker(),
                tasks => AgentLoop.AddTo(
                    tasks,
                    step =>
                    {
                        log.Append(StepKind.ModelTurn, step);
                        return StepTexts.Answer(step);
                    },
                    step =>
                    {
                        log.Append(StepKind.ToolCall, step);
                        return StepTexts.Output(step);
                    }),
                cancellationToken);
            Console.WriteLine();
            await Console.In.ReadToEndAsync(cancellationToken);
        });
        return command;
    }
}
