using System.Text.Json.Serialization;
using Orchestrator.Benchmarks.Durable.Crashes;
using Orchestrator.Benchmarks.Durable.Loops;
using Orchestrator.Benchmarks.Durable.Parking;
using Orchestrator.Benchmarks.Functions;
using Orchestrator.Benchmarks.Models;
using Orchestrator.Benchmarks.Product;

namespace Orchestrator.Benchmarks.Reports;

/// <summary>How reports are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(LoopReport))]
[JsonSerializable(typeof(ParkedReport))]
[JsonSerializable(typeof(CrashReport))]
[JsonSerializable(typeof(FunctionReport))]
[JsonSerializable(typeof(ProductCrashReport))]
[JsonSerializable(typeof(ProductTurnReport))]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
