using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Turns;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Governing;

/// <summary>What <c>policy test --json</c> prints.</summary>
internal sealed record TriedPolicy(int Runs, int Calls, IReadOnlyList<ChangedRuling> Changed);

/// <summary><c>policy test FILE</c>: what another policy would have said of the calls of past runs.</summary>
internal static class PolicyTestVerb
{
    private const int UsualRuns = 20;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The policy to try." };
        var runs = new Option<int>("--runs") { Description = "How many of the newest runs are looked at.", DefaultValueFactory = _ => UsualRuns, HelpName = "N" };
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("test", "Judge the calls of past runs by a policy, and list what would have been different.") { file, runs, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            PolicyDocument document = await PolicyVerb.ReadAsync(parsed.GetValue(file)!.FullName, cancellationToken);
            if (parsed.GetValue(runs) < 1)
            {
                throw new BadInputException("--runs must be 1 or more.");
            }

            await using Deployment? deployment = await Deployment.OpenToListAsync(parsed.GetValue(data), cancellationToken);
            List<TriedRun> tried = [];
            if (deployment is not null)
            {
                foreach (RunSummary run in (await deployment.Runs.ListAsync(cancellationToken)).Where(run => run.PurgedAt is null).Take(parsed.GetValue(runs)))
                {
                    tried.Add(await deployment.Services.GetRequiredService<PolicyTrial>().TryAsync(run.RunId, document, cancellationToken));
                }
            }

            ChangedRuling[] changed = [.. tried.SelectMany(run => run.Changed)];
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new TriedPolicy(tried.Count, tried.Sum(run => run.Calls), changed), CliJson.Default.TriedPolicy));
                return ExitCode.Ok;
            }

            foreach (ChangedRuling one in changed)
            {
                Console.WriteLine(
                    $"{one.RunId} turn {one.Turn} call {one.Call}  {Of(one.Was)} -> {Of(one.Would)} ({one.WasRule} -> {one.WouldRule})  {one.Tool}: {Visible.Of(one.Subject.ReplaceLineEndings(" "))}");
            }

            Console.WriteLine($"{changed.Length} of {tried.Sum(run => run.Calls)} calls of {tried.Count} runs would have been judged otherwise.");
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Of(Agent.Tasks.Ruling ruling) => ruling.ToString().ToLowerInvariant();
}
