using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Estimates;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Routing;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Orchestrator.Cli.Running;

namespace Orchestrator.Cli.Checking;

/// <summary>What <c>estimate --json</c> prints.</summary>
internal sealed record EstimateReport(
    string Model, string ModelReason, string? Kind, IReadOnlyList<string> Fallbacks, EstimatedCourse Least, EstimatedCourse Most, IReadOnlyList<string> Assumptions);

/// <summary>One end of the range.</summary>
internal sealed record EstimatedCourse(int Turns, TokenUsage Usage, int Compactions, decimal? CostUsd)
{
    public static EstimatedCourse Of(CourseCost cost) => new(cost.Course.Turns, cost.Usage, cost.Compactions, cost.CostUsd);
}

/// <summary><c>estimate TASK</c>: who would work on a task and what that may cost, before anything is spent.</summary>
internal static class EstimateVerb
{
    public static Command Create()
    {
        var task = TaskInput.Task();
        var model = TaskInput.Model();
        var data = Verb.Data();
        var json = Verb.Json();
        var command = new Command("estimate", "Say who would work on a task and what that may cost, before anything is spent.") { task, model, data, json };
        command.SetVerb(async (parsed, cancellationToken) =>
        {
            AgentTask read = await TaskInput.ReadAsync(parsed.GetValue(task)!, parsed.GetValue(model), cancellationToken);
            await using Deployment deployment = await Deployment.OpenAsync(parsed.GetValue(data), cancellationToken);
            RunPlan plan = await deployment.Services.GetRequiredService<RunPlanner>().PlanAsync(read, cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(ReportOf(plan), CliJson.Default.EstimateReport));
                return ExitCode.Ok;
            }

            foreach (string line in LinesOf(plan, read.Budget))
            {
                Console.WriteLine(Visible.Of(line));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static EstimateReport ReportOf(RunPlan plan) => new(
        plan.Route.Model.Id,
        plan.Route.Reason,
        plan.Route.Kind,
        plan.Route.Fallbacks,
        EstimatedCourse.Of(plan.Estimate.Least),
        EstimatedCourse.Of(plan.Estimate.Most),
        plan.Estimate.Assumptions);

    private static IEnumerable<string> LinesOf(RunPlan plan, BudgetTerms budget)
    {
        (Route route, Estimate estimate) = (plan.Route, plan.Estimate);
        yield return $"{(estimate.Range is { } range ? $"{Dollars.About(range.LeastUsd)} to {Dollars.About(range.MostUsd)}" : "no price known")}  {route.Model.Id}";
        yield return $"  {route.Reason}";
        if (route.Fallbacks.Count > 0)
        {
            yield return $"  falls back on {string.Join(", ", route.Fallbacks)}";
        }

        yield return LineOf("least", estimate.Least);
        yield return LineOf("most", estimate.Most);
        foreach (string assumption in estimate.Assumptions)
        {
            yield return $"  {assumption}";
        }

        decimal limit = budget.Usd ?? BudgetTerms.DefaultUsd;
        if (estimate.Most.CostUsd > limit)
        {
            yield return budget.OnLimit == LimitAction.Ask
                ? $"  The budget of {Dollars.Of(limit)} may be reached; the run then waits for a person, and loses nothing."
                : $"  The budget of {Dollars.Of(limit)} may be reached; the run then ends.";
        }
    }

    private static string LineOf(string end, CourseCost cost) => string.Create(
        CultureInfo.InvariantCulture,
        $"  {end,-6} {cost.Course.Turns} turns, {cost.Usage.InputTokens:N0} input tokens ({cost.Usage.CachedInputTokens:N0} cached), {cost.Usage.OutputTokens:N0} output tokens, {cost.Compactions} compactions");
}
