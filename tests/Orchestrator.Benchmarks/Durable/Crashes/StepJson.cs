using System.Text.Json.Serialization;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>How a log of steps is written: one line each.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(DoneStep))]
internal sealed partial class StepJson : JsonSerializerContext;
