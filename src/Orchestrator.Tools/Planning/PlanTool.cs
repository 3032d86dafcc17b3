using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Planning;

/// <summary>
/// Takes down the model's plan. The newest one is part of the ledger that no summary may lose, and people see it. Taking it down does
/// nothing else, and may be repeated.
/// </summary>
internal sealed class PlanTool : ITool
{
    private const int MostSteps = 50;
    private const int LongestStep = 500;
    private const string Current = "in_progress";

    private static readonly string[] Statuses = ["pending", Current, "completed"];

    public ToolDefinition Definition { get; } = new(
        ToolNames.Plan,
        "Takes down your plan, in place of the one before: all steps in their order, with what has become of each. It stays in this conversation word "
            + "for word when older turns are replaced by a summary, and people who look at your work see it. Use it for work of more than a few steps, "
            + "and again whenever a step begins or ends.",
        """
        {"type":"object","properties":{"plan":{"type":"array","minItems":1,"maxItems":50,"items":{"type":"object","properties":{"step":{"type":"string","description":"One line."},"status":{"type":"string","enum":["pending","in_progress","completed"],"description":"At most one step is in progress."}},"required":["step","status"],"additionalProperties":false}}},"required":["plan"],"additionalProperties":false}
        """,
        EffectClass.Pure);

    public Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken) =>
        Task.FromResult<ToolOutcome>(new ToolOutcome.Finished(
            TryRead(invocation.Arguments, out string? plan, out string? error) ? Result(plan) : ArgumentError.Result(error)));

    private static ToolResult Result(string plan)
    {
        byte[] output = Encoding.UTF8.GetBytes(plan);
        return new ToolResult { ExitCode = 0, Output = output, OutputBytes = output.Length, MayHaveChangedFiles = false };
    }

    private static bool TryRead(string json, [NotNullWhen(true)] out string? plan, [NotNullWhen(false)] out string? error)
    {
        plan = null;
        if (!ToolArguments.TryParse(json, out JsonDocument? document, out error))
        {
            return false;
        }

        using (document)
        {
            if (!document.RootElement.TryGetProperty("plan", out JsonElement steps) || steps.ValueKind != JsonValueKind.Array
                || steps.GetArrayLength() is < 1 or > MostSteps)
            {
                error = $"'plan' is required and must be a list of 1 to {MostSteps} steps.";
                return false;
            }

            return TryWrite(steps, out plan, out error);
        }
    }

    private static bool TryWrite(JsonElement steps, [NotNullWhen(true)] out string? plan, [NotNullWhen(false)] out string? error)
    {
        plan = null;
        var text = new StringBuilder();
        int current = 0;
        foreach (JsonElement item in steps.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                error = "Each step must be an object with 'step' and 'status'.";
                return false;
            }

            if (!ToolArguments.TryGetText(item, "step", out string? step, out error) || !ToolArguments.TryGetText(item, "status", out string? status, out error))
            {
                return false;
            }

            if (string.IsNullOrWhiteSpace(step) || step.Length > LongestStep || !Statuses.Contains(status))
            {
                error = $"A step must have 1 to {LongestStep} characters, and its status be one of {string.Join(", ", Statuses)}.";
                return false;
            }

            current += status == Current ? 1 : 0;
            text.Append($"[{status}] {step.ReplaceLineEndings(" ").Trim()}\n");
        }

        error = current > 1 ? $"{current} steps are in progress; at most one may be." : null;
        plan = error is null ? text.ToString() : null;
        return error is null;
    }
}
