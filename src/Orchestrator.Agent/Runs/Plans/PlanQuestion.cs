using System.Text.Json.Serialization;
using Orchestrator.Agent.Approvals;

namespace Orchestrator.Agent.Runs.Plans;

/// <summary>Which plan people are asked about.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Turn">The turn that the model ended with it.</param>
/// <param name="Revision">How often a person has edited it.</param>
public sealed record PlanQuestion(string RunId, int Turn, int Revision)
{
    [JsonIgnore]
    public string Id => ApprovalId.OfPlan(RunId, Turn, Revision);

    /// <summary>The approval that an edit of it has closed; null for the model's own plan.</summary>
    [JsonIgnore]
    public string? Replaces => Revision == 0 ? null : ApprovalId.OfPlan(RunId, Turn, Revision - 1);

    public static PlanQuestion First(RunState run) => new(run.RunId, run.Turns, 0);

    public PlanQuestion Edited() => this with { Revision = Revision + 1 };
}
