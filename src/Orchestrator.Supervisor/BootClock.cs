namespace Orchestrator.Supervisor;

/// <summary>The machine's clock since its boot, suspended time included: a wall clock that nobody can set.</summary>
internal static unsafe class BootClock
{
    private const int ClockBootTime = 7;

    public static TimeSpan Elapsed
    {
        get
        {
            Libc.TimeSpec time;
            return Libc.ClockGetTime(ClockBootTime, &time) == 0
                ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick)
                : throw Libc.Failure("Reading the boot clock");
        }
    }

    /// <summary>Differs after every boot.</summary>
    public static string BootId { get; } = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
}
