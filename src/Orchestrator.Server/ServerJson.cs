using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Runs.Forks;
using Orchestrator.Agent.Schedules;
using Orchestrator.Server.Approvals;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Describing;
using Orchestrator.Server.Health;
using Orchestrator.Server.Intake;
using Orchestrator.Server.Runs;
using Orchestrator.Server.Schedules;
using Orchestrator.Server.Steering;
using Orchestrator.Server.Tasks;

namespace Orchestrator.Server;

/// <summary>How the server reads and writes JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(CallerView))]
[JsonSerializable(typeof(Healthy))]
[JsonSerializable(typeof(SubmittedTask))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(RunPageView))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(ForkTerms))]
[JsonSerializable(typeof(ForkedRun))]
[JsonSerializable(typeof(KillSwitchRequest))]
[JsonSerializable(typeof(KillSwitchView))]
[JsonSerializable(typeof(ScheduleRequest))]
[JsonSerializable(typeof(ScheduleView))]
[JsonSerializable(typeof(ScheduleList))]
[JsonSerializable(typeof(DeliveryPageView))]
[JsonSerializable(typeof(DeliveryView))]
[JsonSerializable(typeof(ApprovalListView))]
[JsonSerializable(typeof(DecisionRequest))]
[JsonSerializable(typeof(DecisionView))]
internal sealed partial class ServerJson : JsonSerializerContext;
