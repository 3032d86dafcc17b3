namespace Orchestrator.Simulation.Tests.Sockets;

/// <summary>Tests of this collection have the process to themselves: its memory is looked at.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
