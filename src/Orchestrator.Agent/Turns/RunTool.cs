using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Effects;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Failpoints;

namespace Orchestrator.Agent.Turns;

/// <summary>Which tool call is to run, and by what right.</summary>
/// <param name="Effect">The call, with its revision.</param>
/// <param name="Ruling">What it was judged as.</param>
/// <param name="ApprovalId">The approval it uses up; null where policy allows it.</param>
/// <param name="Followed">How long earlier steps have followed it.</param>
public sealed record RunToolInput(EffectId Effect, Ruling Ruling, string? ApprovalId, TimeSpan Followed = default)
{
    /// <summary>Dollars that the run has left, and its sub-agents may spend; null without a limit, and before version 5 for a call that has none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? LeftUsd { get; init; }

    /// <summary>The approval in which a person edited the call; null if nobody did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Edit { get; init; }

    /// <summary>The first of the calls that were asked together with it; null for one that was asked alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? First { get; init; }
}

/// <summary>
/// Runs a tool call, or follows one that is under way. The journal is asked first: a call that ended is never run again, and
/// every repetition of this activity finds the same effect.
/// </summary>
public sealed class RunTool(
    ITaskStore tasks,
    AskedCalls calls,
    IEffectJournal journal,
    CallGate gate,
    CallEnd end,
    CancelWatch cancel,
    Toolbox toolbox,
    Redactor redactor,
    DataFolder data,
    IOptions<FollowOptions> follow,
    TimeProvider time) : TaskActivity<RunToolInput, ToolStep>
{
    public override async Task<ToolStep> RunAsync(TaskActivityContext context, RunToolInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        long startedAt = time.GetTimestamp();
        EffectId effect = input.Effect;
        AdmittedTask task = await tasks.GetAsync(effect.Run, cancellationToken);
        RequestedCall call = await calls.GetAsync(effect, input.Edit, cancellationToken);
        ITool tool = toolbox.Find(call.Tool, task.Served)
            ?? throw new InvalidOperationException($"The tool {call.Tool} of effect {effect} is not installed in this worker.");
        EffectRecord? known = await journal.FindAsync(effect, cancellationToken);
        if (known is not null && known.ArgumentsHash != EffectHash.Of(call.Tool, call.Arguments))
        {
            throw new InvalidOperationException($"Effect {effect} was dispatched with other arguments than before.");
        }

        if (known is { IsOver: true })
        {
            return await end.ObservedAsync(known, cancellationToken);
        }

        ToolInvocation invocation = InvocationOf(input, task.Task, call);
        CallAtGate passed = await gate.PassAsync(
            new CallBeforeGate(input, task, call, tool.Definition.Effect, invocation.EffectFolder), known, cancellationToken);
        if (passed.Refusal is { } refusal)
        {
            return refusal;
        }

        Failpoint.Hit("agent.tool.begun");
        invocation = invocation with { Egress = passed.Network };
        ToolOutcome outcome = HostLoss.OutcomeOf(passed.Intent, known, Tenure.Current) ?? await cancel.FollowAsync(
            effect.Run, invocation.EffectFolder, token => tool.RunAsync(invocation, token), cancellationToken);
        TimeSpan elapsed = time.GetElapsedTime(startedAt);
        if (outcome is ToolOutcome.Running)
        {
            return new ToolStep(ToolStepState.Running, elapsed);
        }

        Failpoint.Hit("agent.tool.ended");
        ToolStep step = await end.CommitAsync(
            task, passed.Intent, call, redactor.Redact(outcome), input.Followed + elapsed, input.Edit, cancellationToken);
        Failpoint.Hit("agent.tool.committed");
        return step;
    }

    private ToolInvocation InvocationOf(RunToolInput input, AgentTask task, RequestedCall call)
    {
        EffectId effect = input.Effect;
        string folder = data.EffectsOf(effect.Run);
        Directory.CreateDirectory(folder);
        return new ToolInvocation
        {
            Effect = effect,
            Arguments = call.Arguments,
            Workspace = WorkspaceTree.Of(data, effect.Run),
            Scope = new PathScope(task.AllowedPaths, task.ProtectedPaths),
            EffectFolder = Path.Combine(folder, effect.Folder),
            Computer = task.Computer,
            LeftUsd = input.LeftUsd,
            FollowFor = follow.Value.Slice,
        };
    }
}
