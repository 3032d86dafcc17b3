using System.CommandLine;
using Orchestrator.Benchmarks.Durable.Crashes;
using Orchestrator.Benchmarks.Durable.Loops;
using Orchestrator.Benchmarks.Durable.Parking;

namespace Orchestrator.Benchmarks.Durable;

/// <summary><c>durable</c>: what hub and SDK cost by themselves.</summary>
internal static class DurableCommand
{
    public static Command Create() => new("durable", "What the hub and the durable task SDK cost by themselves.")
    {
        LoopCommand.Create("sequential", "One agent, small messages: what an iteration lasts.", agents: 1, iterations: 200, toolBytes: 100),
        LoopCommand.Create("growth", "One agent, many iterations: does the thousandth cost more than the first?", agents: 1, iterations: 5000, toolBytes: 2048),
        LoopCommand.Create("throughput", "Many agents at once.", agents: 200, iterations: 20, toolBytes: 100),
        ParkedCommand.Create(),
        CrashCommand.Create(),
    };
}
