namespace Orchestrator.Agent.Runs;

/// <summary>What lies beside a run's report.</summary>
public static class ReportFolder
{
    /// <summary>The folder of the pictures of its screen.</summary>
    public const string Screens = "screens";

    /// <param name="results">The folder of the report.</param>
    public static string ScreensOf(string results) => Path.Combine(results, Screens);
}
