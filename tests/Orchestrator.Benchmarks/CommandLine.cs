using System.CommandLine;
using Orchestrator.Benchmarks.Durable;
using Orchestrator.Benchmarks.Durable.Hubs;

namespace Orchestrator.Benchmarks;

/// <summary>The one executable: its workloads by the part of the house that they measure.</summary>
internal static class CommandLine
{
    private const int BadInput = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("Measures whole workloads on the real thing, beside a hand-written floor.")
        {
            DurableCommand.Create(),
            HubProcess.CreateVerb(),
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

        return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }
}
