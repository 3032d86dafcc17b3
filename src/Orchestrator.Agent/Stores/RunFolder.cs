namespace Orchestrator.Agent.Stores;

/// <summary>A folder of a run that others need, too.</summary>
public enum RunFolder
{
    /// <summary><see cref="DataFolder.GitOf"/>.</summary>
    Git,

    /// <summary><see cref="DataFolder.SnapshotsOf"/>.</summary>
    Snapshots,

    /// <summary><see cref="DataFolder.ResultsOf"/>.</summary>
    Results,
}
