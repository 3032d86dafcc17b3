using System.CommandLine;
using Orchestrator.Benchmarks.Costs;
using Orchestrator.Benchmarks.Durable;
using Orchestrator.Benchmarks.Durable.Crashes;
using Orchestrator.Benchmarks.Durable.Hubs;
using Orchestrator.Benchmarks.Durable.Parking;
using Orchestrator.Benchmarks.Functions;
using Orchestrator.Benchmarks.Product;
using Orchestrator.Benchmarks.Replays;
using Orchestrator.Benchmarks.Snapshots;

namespace Orchestrator.Benchmarks;

/// <summary>The one executable: its workloads by the part of the house that they measure.</summary>
internal static class Workloads
{
    /// <summary>This executable, as its own processes are started.</summary>
    public const string Executable = "benchmarks";

    private const int BadInput = 2;

    /// <summary>A disk, strace, or a process of its own that could not start.</summary>
    private const int EnvironmentLacks = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Measures whole workloads on the real thing, beside a hand-written floor.")
        {
            DurableCommand.Create(),
            ProductCommand.Create(),
            ModelCommand.Create(),
            CostCommand.Create(),
            SnapshotCommand.Create(),
            FunctionsCommand.Create(),
            HubProcess.CreateVerb(),
            ParkedRoundProcess.CreateVerb(),
            WorkerProcess.CreateVerb(),
            FloorProcess.CreateVerb(),
            ReplayEndpoint.CreateVerb(),
        };
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            return BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (IOException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return EnvironmentLacks;
        }
    }
}
