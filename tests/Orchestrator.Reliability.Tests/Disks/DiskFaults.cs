using System.Runtime.InteropServices;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Sql;
using Orchestrator.TaskHub.Stores;
using Orchestrator.TaskHub.Stores.Sqlite;

namespace Orchestrator.Reliability.Tests.Disks;

/// <summary>What fails, and how.</summary>
internal enum DiskFault
{
    WriteFails,
    WriteFindsDiskFull,
    WriteEndsInTheMiddle,
    SyncFails,
    SyncFindsDiskFull,
}

/// <summary>Runs in a process into which <c>faults.c</c> is loaded before everything else: one store after the other meets one fault.</summary>
internal static class DiskFaults
{
    public const string Verb = "disk-faults";
    public const string Library = "libfaults.so";

    private const int InputOutputError = 5;
    private const int NoSpace = 28;
    private const int CallWrite = 0;
    private const int CallSync = 1;
    private const int Writes = 60;

    /// <summary>The kind of call that fails, as <c>faults.c</c> numbers them.</summary>
    public static int CallOf(DiskFault fault) => fault is DiskFault.SyncFails or DiskFault.SyncFindsDiskFull ? CallSync : CallWrite;

    /// <summary>The system's error; 0 for a write that ends in the middle.</summary>
    public static int ErrorOf(DiskFault fault) => fault switch
    {
        DiskFault.WriteEndsInTheMiddle => 0,
        DiskFault.WriteFindsDiskFull or DiskFault.SyncFindsDiskFull => NoSpace,
        DiskFault.WriteFails or DiskFault.SyncFails => InputOutputError,
    };

    /// <summary>Prints a line for each violation, and at the end how many faults struck.</summary>
    public static async Task RunAsync(string folder, int most)
    {
        int struck = 0;
        foreach (DiskFault fault in Enum.GetValues<DiskFault>())
        {
            for (int nth = 1; nth <= most; nth++)
            {
                string database = Path.Combine(folder, $"{fault}-{nth}.db");
                (bool hasStruck, IReadOnlyList<string> violations) = await StrikeAsync(database, fault, nth);
                struck += hasStruck ? 1 : 0;
                foreach (string violation in violations)
                {
                    Console.WriteLine($"{fault} at call {nth}: {violation}");
                }
            }
        }

        Console.WriteLine($"struck {struck}");
    }

    private static async Task<(bool HasStruck, IReadOnlyList<string> Violations)> StrikeAsync(string database, DiskFault fault, int nth)
    {
        var violations = new List<string>();
        var acknowledged = new List<string>();
        bool isSync = CallOf(fault) == CallSync;
        Arm(database, CallOf(fault), nth, ErrorOf(fault));
        SqliteHubStore? store = null;
        try
        {
            store = await SqliteHubStore.OpenAsync(database, CancellationToken.None);
            DatabaseException? unsynced = null;
            for (int number = 0; number < Writes; number++)
            {
                DatabaseException? failure = await TryStartAsync(store, $"i-{number}", violations);
                if (failure is null)
                {
                    acknowledged.Add($"i-{number}");
                    if (unsynced is not null)
                    {
                        violations.Add("a write was acknowledged after a sync had failed");
                    }
                }
                else if (failure.Failure == DatabaseFailure.Unsynced)
                {
                    unsynced = failure;
                }
            }

            if (isSync && Fired() && acknowledged.Count < Writes && unsynced is null)
            {
                violations.Add("a sync failed, and no write was told so");
            }
        }
        catch (DatabaseException)
        {
            // It could not be opened, and said why.
        }
        catch (Exception exception)
        {
            violations.Add($"no typed failure but {exception}");
        }

        bool hasStruck = Fired();
        Disarm();
        await (store?.DisposeAsync() ?? ValueTask.CompletedTask);
        violations.AddRange(await LookAsync(database, acknowledged));
        return (hasStruck, violations);
    }

    private static async Task<DatabaseException?> TryStartAsync(SqliteHubStore store, string id, List<string> violations)
    {
        try
        {
            await store.WriteAsync(
                tables =>
                {
                    var start = new StartRequest { InstanceId = id, Name = "Struck", Input = new string('x', 2000) };
                    new HubTransaction(tables, TimeProvider.System.GetUtcNow()).Start(start, []);
                    return true;
                },
                _ => { },
                CancellationToken.None);
            return null;
        }
        catch (DatabaseException exception)
        {
            return exception;
        }
        catch (Exception exception)
        {
            violations.Add($"{id} failed with {exception}");
            return null;
        }
    }

    private static async Task<IReadOnlyList<string>> LookAsync(string database, IReadOnlyList<string> acknowledged)
    {
        await using (SqliteHubStore again = await SqliteHubStore.OpenAsync(database, CancellationToken.None))
        {
            foreach (string id in acknowledged)
            {
                if (await again.ReadAsync(tables => tables.Instances.Find(id), CancellationToken.None) is null)
                {
                    return [$"{id} was acknowledged, and is not there"];
                }
            }
        }

        return HubInvariants.OfFile(database);
    }

    private static void Arm(string path, int call, int nth, int error) => faults_arm(path, call, nth, error);

    private static void Disarm() => faults_disarm();

    private static bool Fired() => faults_fired() != 0;

    [DllImport(Library, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
#pragma warning disable IDE1006, CA2101, SYSLIB1054 // As the C file names them; paths of the tests are ASCII.
    private static extern void faults_arm([MarshalAs(UnmanagedType.LPStr)] string path, int call, int nth, int error);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void faults_disarm();

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int faults_fired();
#pragma warning restore IDE1006, CA2101, SYSLIB1054
}
