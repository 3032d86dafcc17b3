using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>Attempts 60 to 64: at the machine itself. Limits are set low, so that they are met without harm to it.</summary>
internal static class ExhaustionAttempts
{
    private const int MostProcesses = 64;
    private const int MemoryMegabytes = 320;
    private const int ScratchMegabytes = 32;
    private const int FileMegabytes = 8;
    private const int OutputKilobytes = 256;
    private const long MostDiskMegabytes = 64;

    public static IReadOnlyList<Attempt> All { get; } =
    [
        new(60, "processes without end", $$"""
            perl -e 'for (1..$ARGV[1]) { exec "sleep", $ARGV[0] if defined($p = fork) && !$p } open F, ">/workspace/ready"; select undef, undef, undef, 0.01 until -e "/workspace/go"; kill 9, -1' $MARK {{MostProcesses * 6}}
            """)
        {
            Settings = [("Sandbox:Limits:Processes", $"{MostProcesses}")],
            Meanwhile = scene => Seen.StillAsync(() => scene.Processes().Count is > MostProcesses and var count ? $"{count} processes run" : null),
        },
        new(61, "memory without end: its own, and of its file systems", $"""
            for f in /dev/shm/fill /tmp/fill ~/fill /dev/fill /fill /run/fill; do head -c 80M /dev/zero >$f; done
            find / -xdev -name fill -size +70M; find /tmp ~ /dev/shm /dev -name fill -size +70M; rm -f /dev/shm/fill /tmp/fill ~/fill /dev/fill /fill /run/fill
            for n in 1 2 3 4; do perl -e '$m = "x" x ($ARGV[1] << 20); open F, ">/workspace/full$ARGV[2]"; sleep 60' $MARK {MemoryMegabytes} $n & done
            until [ $(( $(ls /workspace/full* | wc -l) + 4 - $(jobs -r | wc -l) )) -ge 4 ] || [ $SECONDS -ge 90 ]; do sleep 0.01; done
            meet; kill -9 -1
            """)
        {
            Timeout = TimeSpan.FromMinutes(2), // A busy machine takes its time to give a gigabyte.
            FollowFor = TimeSpan.FromMinutes(3),
            Settings = [("Sandbox:ScratchBytes", $"{ScratchMegabytes << 20}"), ("Sandbox:Limits:MemoryBytes", $"{MemoryMegabytes << 20}")],
            Meanwhile = scene => Seen.StillAsync(
                () => scene.Processes().Sum(Seen.MemoryOf) is > (MemoryMegabytes + 64L) << 20 and var bytes ? $"its processes hold {bytes >> 20} MB" : null),
            Afterwards = Seen.Said("/fill", "a file system in memory takes what it is given"),
        },
        new(62, "the workspace's disk", """
            truncate -s 3T hole; head -c 20M /dev/zero >large
            for n in {1..60}; do head -c 6M /dev/zero >part$n; done; for n in {1..20000}; do : >small$n; done; sleep 2
            """)
        {
            Settings = [("Sandbox:Limits:FileBytes", $"{FileMegabytes << 20}"), ("Sandbox:Limits:FreeBytes", $"{FreeInMemory - (MostDiskMegabytes << 20)}")],
            IsInMemory = true,
            Afterwards = scene => Task.FromResult(Files(scene).FirstOrDefault(file => file.Length > FileMegabytes << 20) is { } file ? $"{file.Name} has {file.Length} bytes"
                : scene.Outcome is not ToolOutcome.Finished { Result.End: EndReason.DiskFull } && Files(scene).Sum(file => file.Length) is > MostDiskMegabytes * 3 << 20 and var bytes ? $"the workspace has {bytes >> 20} MB"
                : null),
        },
        new(63, "output without end", "head -c 6M /dev/zero; yes | head -c 6M; head -c 6M /dev/zero | tr '\\0' x >&2")
        {
            Settings = [("Tools:Supervision:OutputBytes", $"{OutputKilobytes << 10}")],
            Afterwards = scene => Task.FromResult(
                Directory.EnumerateFiles(scene.Folder.Path, "out*").Sum(path => new FileInfo(path).Length) is > OutputKilobytes << 10 and var bytes ? $"{bytes} bytes of output are kept" : null),
        },
        new(64, "time without end", "trap '' TERM INT HUP; (trap '' TERM; while :; do :; done) & perl -e '$SIG{TERM} = \"IGNORE\"; kill STOP => $$; sleep 60' $MARK & while :; do :; done")
        {
            Timeout = TimeSpan.FromSeconds(1),
            Settings = [("Tools:Supervision:Grace", "00:00:00.5")],
            Afterwards = scene => Task.FromResult(scene.Outcome is ToolOutcome.Finished { Result: { End: EndReason.Timeout, Elapsed.TotalSeconds: < 7 } } ? null : $"it went on: {scene.Outcome}"),
        },
    ];

    private static long FreeInMemory => new DriveInfo("/dev/shm").AvailableFreeSpace;

    private static IEnumerable<FileInfo> Files(EscapeScene scene) => new DirectoryInfo(scene.Workspace.Tree).EnumerateFiles();
}
