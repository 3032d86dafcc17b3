using Orchestrator.Agent.Approvals;

namespace Orchestrator.Server.Dashboard.Inbox;

/// <summary>What an approval is about, in a word or two.</summary>
internal static class ApprovalKindWords
{
    public static string Of(CheckpointKind kind) => kind switch
    {
        CheckpointKind.Tool => "call",
        CheckpointKind.Final => "diff",
        CheckpointKind.Budget => "budget",
        CheckpointKind.Stuck => "stuck",
        CheckpointKind.Compaction => "too long",
        CheckpointKind.Plan => "plan",
        CheckpointKind.Landing => "push",
    };
}
