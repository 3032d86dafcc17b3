using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Turns;

/// <summary>Which tool call a person is asked about.</summary>
public sealed record OpenToolApprovalInput(string ApprovalId, EffectId Effect, JudgedCall Call)
{
    /// <summary>The first of the calls that are asked together; null for one that is asked alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? First { get; init; }
}

/// <summary>
/// Puts a tool call before a person, bound to exactly what would run. A call that was edited is opened as approved where its editor's vote suffices.
/// </summary>
public sealed class OpenToolApproval(ITaskStore tasks, AskedCalls calls, IApprovalStore approvals, EgressPolicy egress, CallDigest digest, CallJudge judge)
    : TaskActivity<OpenToolApprovalInput, ApprovalState>
{
    public override async Task<ApprovalState> RunAsync(TaskActivityContext context, OpenToolApprovalInput input)
    {
        CancellationToken cancellationToken = CancellationToken.None;
        AdmittedTask task = await tasks.GetAsync(input.Effect.Run, cancellationToken);
        RequestedCall call = await calls.GetAsync(input.Effect, input.Call.Edit, cancellationToken);
        EffectClass tool = input.Call.Effect ?? throw new InvalidOperationException($"The tool {call.Tool} isn't there, so nobody is asked about it.");
        StandingRules rules = await judge.FindAsync(task, cancellationToken);
        PolicyRuling ruling = RulingOf(rules, input.Call, call, tool);
        Approval approval = Of(input, task, call, tool, ruling) with
        {
            Terms = rules.Policy.TermsOf(ruling.Rule),
            Digest = await digest.OfAsync(task, input.Effect, input.First ?? input.Effect.Call, call, tool, ruling, cancellationToken),
        };
        if (input.Call.Edit is { } edit)
        {
            approval = approval.EditedFrom(await calls.EditOfAsync(edit, cancellationToken));
        }

        return (await approvals.OpenAsync(approval, cancellationToken)).State;
    }

    /// <summary>What was edited may be another rule's. It is asked all the same: a person has had it in hand.</summary>
    private static PolicyRuling RulingOf(StandingRules rules, JudgedCall judged, RequestedCall call, EffectClass tool) => judged.Edit is null
        ? new PolicyRuling(judged.Ruling, judged.Rule, judged.PolicyVersion) { Network = judged.Network }
        : rules.Judge(call, tool, leftUsd: null, asks: true);

    private Approval Of(OpenToolApprovalInput input, AdmittedTask task, RequestedCall call, EffectClass tool, PolicyRuling ruling)
    {
        string network = egress.InWords(ruling.Network);
        return new Approval
        {
            Id = input.ApprovalId,
            RunId = input.Effect.Run,
            Kind = CheckpointKind.Tool,
            Turn = input.Effect.Turn,
            Digest = string.Empty,
            Question = $"May the agent run this {call.Tool} call?",
            Subject = CallSubject.Whole(call.Arguments),
            Because = $"rule {ruling.Rule}{(network.Length > 0 ? $"; {network}" : string.Empty)}",
            Call = new AskedCall(
                input.Effect.ToString(), call.Tool, CallDigest.ClassOf(tool, egress.Of(ruling.Network ?? [])), call.Arguments, ruling.Rule, ruling.PolicyVersion)
            {
                Line = CallSubject.Of(call.Tool, call.Arguments),
            },
            Requester = task.Requester,
            Author = task.Author,
            Tenant = task.Tenant,
            Replaces = input.Effect.Revision > 0 ? ApprovalId.OfCall(input.Effect with { Revision = input.Effect.Revision - 1 }) : null,
            Batch = input.First is { } first ? $"{input.Effect.Run}.t{input.Effect.Turn}c{first}" : null,
        };
    }
}
