namespace Orchestrator.Supervisor.Groups;

/// <summary>What all processes of a command may use together.</summary>
internal sealed record TreeLimits
{
    public required long MemoryBytes { get; init; }

    public required int Processes { get; init; }

    /// <summary>Processors' worth of time; null for all that the machine has.</summary>
    public required double? Processors { get; init; }

    /// <summary>What must stay free of the disk that the command's tree is on.</summary>
    public required long FreeBytes { get; init; }
}
