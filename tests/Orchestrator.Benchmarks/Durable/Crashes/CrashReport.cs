using Orchestrator.Benchmarks.Reports;

namespace Orchestrator.Benchmarks.Durable.Crashes;

/// <summary>What <c>durable crash</c> found, as <c>--json</c> writes it.</summary>
internal sealed record CrashReport(string Workload, Machine Machine, CrashSettings Settings, IReadOnlyList<CrashPair> Rounds);

/// <summary>One round on the hub and one on the floor.</summary>
internal sealed record CrashPair(CrashRound Hub, CrashRound Floor);
