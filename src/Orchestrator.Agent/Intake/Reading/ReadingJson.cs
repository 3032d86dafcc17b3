using System.Text.Json.Serialization;

namespace Orchestrator.Agent.Intake.Reading;

/// <summary>How the answers of ticket systems are read; they are kept nowhere.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JiraIssue))]
[JsonSerializable(typeof(WorkItem))]
internal sealed partial class ReadingJson : JsonSerializerContext;
