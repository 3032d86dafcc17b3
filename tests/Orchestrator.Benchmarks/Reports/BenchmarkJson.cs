using System.Text.Json.Serialization;
using Orchestrator.Benchmarks.Durable.Loops;

namespace Orchestrator.Benchmarks.Reports;

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(LoopReport))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
