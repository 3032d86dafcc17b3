using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Cli.Hosting;
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
            AgentTask draft = await TaskFileReader.ReadDraftAsync(parsed.GetValue(task)!, cancellationToken);
            IReadOnlyList<LintFinding> findings = [.. TaskLint.Check(draft), .. await ClosedHostsAsync(draft, parsed.GetValue(data), cancellationToken), .. await LandingAsync(draft, parsed.GetValue(data), cancellationToken)];
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

    /// <summary>A remote that is not there, or whose token is missing: the run would not start.</summary>
    private static async Task<IReadOnlyList<LintFinding>> LandingAsync(AgentTask task, string? data, CancellationToken cancellationToken)
    {
        if (task.Land.Kind == LandKind.Patch || await Deployment.OpenToListAsync(data, cancellationToken) is not { } deployment)
        {
            return [];
        }

        await using Deployment opened = deployment;
        try
        {
            await opened.Services.GetRequiredService<LandingCheck>().CheckAsync(task, cancellationToken);
            return [];
        }
        catch (Exception missing) when (missing is TaskFileException or EnvironmentException)
        {
            return [new LintFinding("can't land", missing.Message)];
        }
    }

    /// <summary>Hosts that a rule names and the deployment doesn't open: the calls would run, and reach nothing.</summary>
    private static async Task<IReadOnlyList<LintFinding>> ClosedHostsAsync(AgentTask task, string? data, CancellationToken cancellationToken)
    {
        string[] hosts = [.. task.Checkpoints.Tools.SelectMany(rule => rule.Network ?? []).Distinct()];
        if (hosts.Length == 0)
        {
            return [];
        }

        await using Deployment? deployment = await Deployment.OpenToListAsync(data, cancellationToken);
        EgressPolicy policy = deployment?.Services.GetRequiredService<EgressPolicy>() ?? new EgressPolicy(Options.Create(new EgressOptions()));
        IReadOnlyList<string> closed = policy.ClosedOf(hosts);
        return closed.Count == 0
            ? []
            : [new LintFinding("closed network", $"The deployment opens none of {string.Join(", ", closed)}: name them under Egress:Allow in settings.json of the data folder.")];
    }
}
