using System.Text.Json.Serialization;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Audit;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;

namespace Orchestrator.Agent;

/// <summary>How the agent's records are written as JSON, wherever they are kept.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdmittedTask))]
[JsonSerializable(typeof(CommittedReply))]
[JsonSerializable(typeof(Verdict))]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(RunState))]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(IReadOnlyList<Approval>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(AskedCall))]
[JsonSerializable(typeof(AskTerms))]
[JsonSerializable(typeof(Wish))]
[JsonSerializable(typeof(IReadOnlyList<ReviewComment>))]
[JsonSerializable(typeof(DroppedParts))]
public sealed partial class AgentJson : JsonSerializerContext;
