using Azure.Storage.Blobs;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Storage.Bulk;
using Orchestrator.Storage.Tests.Bulk;

namespace Orchestrator.Storage.Tests.RunFiles;

/// <summary>Two machines with folders of their own, which share the run database and a container.</summary>
internal sealed class Machines : IAsyncDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private static readonly string[] Names = ["one", "two"];

    private static readonly RunFolder[] All = Enum.GetValues<RunFolder>();

    /// <summary>By the clock of the rigs that is long ago.</summary>
    private static readonly DateTime Settled = new(2026, 4, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly DirectoryInfo _root;
    private int _written;

    private Machines(DirectoryInfo root, BlobContainerClient container, StorageRig one, StorageRig two)
    {
        _root = root;
        Container = container;
        One = one;
        Two = two;
    }

    public BlobContainerClient Container { get; }

    public StorageRig One { get; }

    public StorageRig Two { get; }

    /// <summary>The first holds the run.</summary>
    public static async Task<Machines> StartAsync(AzuriteFixture azurite, Action<BlobOptions>? also = null)
    {
        (BlobContainerClient container, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        DirectoryInfo root = Directory.CreateTempSubdirectory("machines-");
        StorageRig[] rigs =
        [
            .. await Task.WhenAll(Names.Select(name => StorageRig.OpenAsync(
                new DataFolder(root.FullName) { HostRoot = root.CreateSubdirectory(name).FullName, IsPrivate = true },
                ownsFolder: false,
                configure + (options => options.RunFiles = true) + also))),
        ];
        var machines = new Machines(root, container, rigs[0], rigs[1]);
        await machines.One.AddRunAsync(StorageRig.Run);
        await ClaimAsync(machines.One);
        return machines;
    }

    /// <summary>Has a machine hold the run, if it can.</summary>
    public static async Task<Tenure> ClaimAsync(StorageRig machine)
    {
        ToolHost host = ToolHost.Of(machine.Data);
        await machine.Hosts.RenewAsync(host, Lease, CancellationToken.None);
        HeldWorkspace held = await machine.Hosts.ClaimAsync(StorageRig.Run, host.Id, CancellationToken.None);
        return new Tenure(StorageRig.Run, held.Host.Id, held.Epoch);
    }

    /// <summary>Keeps what the machine has of the run, in the tenure that it has now.</summary>
    public static async Task KeepAsync(StorageRig machine) => await KeepAsync(machine, await ClaimAsync(machine));

    public static async Task KeepAsync(StorageRig machine, Tenure tenure)
    {
        tenure.Begin();
        await machine.Files.KeepAsync(StorageRig.Run, CancellationToken.None);
    }

    public static Task FetchAsync(StorageRig machine) => machine.Files.FetchAsync(StorageRig.Run, All, CancellationToken.None);

    /// <summary>Writes a file of the run. Each has a time of its own, or one at which it could be written again without a sign.</summary>
    public string Write(StorageRig machine, string name, ReadOnlySpan<byte> content, bool isSettled = true)
    {
        string path = PathOf(machine, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        if (isSettled)
        {
            File.SetLastWriteTimeUtc(path, Settled + TimeSpan.FromMinutes(++_written));
        }

        return path;
    }

    public static string PathOf(StorageRig machine, string name)
    {
        string[] parts = name.Split('/', 2);
        return Path.Combine(machine.Data.FolderOf(StorageRig.Run, Enum.Parse<RunFolder>(parts[0], ignoreCase: true)), parts[1]);
    }

    /// <summary>The run's files on a machine with what is in them.</summary>
    public static IReadOnlyDictionary<string, string> FilesOf(StorageRig machine) => (
        from folder in All
        let root = machine.Data.FolderOf(StorageRig.Run, folder)
        where Directory.Exists(root)
        from file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
        select ($"{folder.ToString().ToLowerInvariant()}/{Path.GetRelativePath(root, file)}", File.ReadAllText(file))).ToDictionary();

    public async ValueTask DisposeAsync()
    {
        await One.DisposeAsync();
        await Two.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
