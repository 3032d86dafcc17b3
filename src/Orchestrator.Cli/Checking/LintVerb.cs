using System.CommandLine;
using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Checking;

/// <summary>What <c>lint --json</c> prints.</summary>
internal sealed record LintReport(IReadOnlyList<LintFinding> Findings);

/// <summary><c>lint TASK</c>: names the four mistakes before anything is spent.</summary>
internal static class LintVerb
{
    public static Command Create()
    {
        var task = TaskInput.Task();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("lint", "Name the mistakes in a task before anything is spent.") { task, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<LintFinding> findings = TaskLint.Check(await TaskFileReader.ReadDraftAsync(parsed.GetValue(task)!, cancellationToken));
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new LintReport(findings), CliJson.Default.LintReport));
                return ExitCode.Ok;
            }

            foreach (LintFinding finding in findings)
            {
                Console.WriteLine($"{finding.Mistake}: {finding.Advice}");
            }

            if (findings.Count == 0)
            {
                await Console.Error.WriteLineAsync("No findings.");
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
