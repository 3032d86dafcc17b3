using System.Text.Json.Serialization;
using Orchestrator.Benchmarks.Costs;
using Orchestrator.Benchmarks.Durable.Crashes;
using Orchestrator.Benchmarks.Durable.Loops;
using Orchestrator.Benchmarks.Durable.Parking;
using Orchestrator.Benchmarks.Functions;
using Orchestrator.Benchmarks.Product;
using Orchestrator.Benchmarks.Replays;
using Orchestrator.Benchmarks.Snapshots;

namespace Orchestrator.Benchmarks.Reports;

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(LoopReport))]
[JsonSerializable(typeof(ParkedReport))]
[JsonSerializable(typeof(CrashReport))]
[JsonSerializable(typeof(FunctionReport))]
[JsonSerializable(typeof(ProductCrashReport))]
[JsonSerializable(typeof(ProductTurnReport))]
[JsonSerializable(typeof(ProductServerReport))]
[JsonSerializable(typeof(ProductWebhooksReport))]
[JsonSerializable(typeof(ProductLoadReport))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(CostReport))]
[JsonSerializable(typeof(SnapshotReport))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
