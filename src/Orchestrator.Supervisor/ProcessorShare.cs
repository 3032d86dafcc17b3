using System.Globalization;

namespace Orchestrator.Supervisor;

/// <summary>
/// Commands yield: while both want a processor, the server, for whose answers people and other runs wait, gets nine times the share of a
/// command. One that has the machine to itself is as fast as ever.
/// </summary>
/// <remarks>
/// The kernel shares processors first between control groups, then, where its automatic grouping is on, between sessions, and only then
/// between processes (sched(7)). A command has a session of its own, so the niceness of its processes alone would say nothing there.
/// </remarks>
internal static class ProcessorShare
{
    /// <summary>Weight 110, where a process has 1024 (the kernel's <c>sched_prio_to_weight</c>).</summary>
    private const int Niceness = 10;

    private const int OfProcess = 0;

    /// <summary>The share of a control group of version 1, where 1024 is usual.</summary>
    public const string Shares = "110";

    /// <summary>That of a control group of version 2, where 100 is usual.</summary>
    public const string Weight = "11";

    /// <summary>This process yields, and what its first thread starts from now on.</summary>
    public static void Lower()
    {
        _ = Libc.SetPriority(OfProcess, 0, Niceness);
        LowerSession("self");
    }

    /// <summary>The session that a process has made for itself yields as well.</summary>
    public static void LowerSessionOf(int process) => LowerSession(process.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where sessions aren't grouped there is no such file; and the kernel takes it from an ordinary user ten times a second at most.</summary>
    private static void LowerSession(string process)
    {
        try
        {
            File.WriteAllText($"/proc/{process}/autogroup", Niceness.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The command gets a whole share then: a matter of speed, not of safety.
        }
    }
}
