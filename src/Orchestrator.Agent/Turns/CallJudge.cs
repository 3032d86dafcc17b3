using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>Judges calls by all that holds now: the task's rules, the deployment's, and what people allowed for later.</summary>
public sealed class CallJudge(PolicyBook book, IPolicyStore store)
{
    /// <summary>The rules that hold now for a run.</summary>
    internal async Task<StandingRules> FindAsync(AdmittedTask task, CancellationToken cancellationToken) => new(
        new Policy(task.Task.Checkpoints.Tools, await book.CurrentAsync(cancellationToken)),
        await store.ListAlwaysAsync(task.Parent?.RunId ?? task.RunId, task.Requester, task.Tenant, cancellationToken));
}

/// <summary>The rules that hold for a run at a moment.</summary>
internal sealed record StandingRules(Policy Policy, IReadOnlyList<AlwaysRule> Always)
{
    /// <param name="call">The call.</param>
    /// <param name="effect">What repeating it could do.</param>
    /// <param name="leftUsd">Dollars that the run has left; null without a limit, or where nobody knows.</param>
    /// <param name="asks">Has it asked whatever people allowed for later.</param>
    public PolicyRuling Judge(RequestedCall call, EffectClass effect, decimal? leftUsd, bool asks = false)
    {
        PolicyCase judged = CallRuling.CaseOf(call, effect) with { LeftUsd = leftUsd, AskedUsd = AskedBy(call, effect) };
        PolicyRuling ruling = CallRuling.Of(Policy, judged, call);
        return !asks && ruling.Ruling == Ruling.Ask && Policy.TermsOf(ruling.Rule).AllowsAlways && Always.FirstOrDefault(rule => rule.Means(judged)) is { } always
            ? ruling with { Ruling = Ruling.Allow, AlwaysRule = always.Id }
            : ruling;
    }

    /// <summary>Dollars that sub-agents shall have.</summary>
    private static decimal? AskedBy(RequestedCall call, EffectClass effect)
    {
        if (effect != EffectClass.Delegates)
        {
            return null;
        }

        try
        {
            using JsonDocument arguments = JsonDocument.Parse(call.Arguments);
            return arguments.RootElement.GetProperty("tasks").EnumerateArray().Sum(task => task.TryGetProperty("usd", out JsonElement usd) ? usd.GetDecimal() : 0);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            // What can't be read starts nobody.
            return null;
        }
    }
}
