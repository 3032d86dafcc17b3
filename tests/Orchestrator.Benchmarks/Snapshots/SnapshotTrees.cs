using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools;

namespace Orchestrator.Benchmarks.Snapshots;

/// <summary>Trees as a project with its packages has them, and the product's own snapshots of them.</summary>
/// <param name="folder">Where they are made.</param>
/// <param name="files">Files of a tree.</param>
/// <param name="changed">Files that change.</param>
internal sealed class SnapshotTrees(string folder, int files, int changed) : IDisposable
{
    private const int FilesInFolder = 25;

    /// <summary>Bytes of a file are about this many, at most twice as many.</summary>
    private const int FileBytes = 6 * 1024;

    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging().AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddTools().BuildServiceProvider();

    public async Task<SnapshotRound> RunAsync(int round, CancellationToken cancellationToken)
    {
        Workspace workspace = Make($"workspace-{round}");
        Workspace fresh = Make($"fresh-{round}");
        var random = new Random(round);
        for (int file = 0; file < files; file++)
        {
            Write(workspace, file, random);
        }

        IWorkspaceSnapshots snapshots = _services.GetRequiredService<IWorkspaceSnapshots>();
        double gitFirst = await GitAsync(workspace, cancellationToken);
        (double first, Snapshot whole) = await TimeAsync(() => snapshots.TakeAsync(workspace, cancellationToken));
        long firstStored = StoredBytes(workspace);
        double gitSame = await GitAsync(workspace, cancellationToken);
        (double same, _) = await TimeAsync(() => snapshots.TakeAsync(workspace, cancellationToken));

        long changedBytes = 0;
        for (int change = 0; change < changed; change++)
        {
            changedBytes += Write(workspace, (int)((long)change * files / changed), random);
        }

        double gitNext = await GitAsync(workspace, cancellationToken);
        (double next, _) = await TimeAsync(() => snapshots.TakeAsync(workspace, cancellationToken));
        long nextStored = StoredBytes(workspace) - firstStored;
        double back = await TimeAsync(() => snapshots.RestoreAsync(workspace, whole.Id, workspace, cancellationToken));
        double anew = await TimeAsync(() => snapshots.RestoreAsync(workspace, whole.Id, fresh, cancellationToken));
        return new SnapshotRound(first, firstStored, same, next, nextStored, changedBytes, back, anew, gitFirst, gitSame, gitNext);
    }

    public void Dispose() => _services.Dispose();

    /// <summary>Words and numbers, as code has them: they compress to about a third.</summary>
    private static int Write(Workspace workspace, int file, Random random)
    {
        string path = Path.Combine(workspace.Tree, $"package-{file / FilesInFolder / 20}", $"part-{file / FilesInFolder}", $"file-{file}.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        int length = random.Next(1, 2 * FileBytes);
        using var writer = new StreamWriter(path);
        for (int written = 0; written < length; written += 40)
        {
            writer.Write($"    return value{random.Next(1000):D4}.Of({random.Next():D12});\n");
        }

        writer.Flush();
        return (int)writer.BaseStream.Length;
    }

    private static long StoredBytes(Workspace workspace) => Directory.EnumerateFiles(workspace.Snapshots, "*.zip").Sum(file => new FileInfo(file).Length);

    private static async Task<double> GitAsync(Workspace workspace, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        using Process git = Process.Start("git", ["--git-dir", workspace.Git, "--work-tree", workspace.Tree, "add", "--all"]);
        await git.WaitForExitAsync(cancellationToken);
        return git.ExitCode == 0 ? Stopwatch.GetElapsedTime(begun).TotalSeconds : throw new IOException($"git ended with {git.ExitCode}.");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        long begun = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static async Task<(double Seconds, T Result)> TimeAsync<T>(Func<Task<T>> work)
    {
        long begun = Stopwatch.GetTimestamp();
        T result = await work();
        return (Stopwatch.GetElapsedTime(begun).TotalSeconds, result);
    }

    private Workspace Make(string name)
    {
        Workspace workspace = WorkspaceTree.At(Path.Combine(folder, name));
        Directory.CreateDirectory(workspace.Tree);
        Directory.CreateDirectory(workspace.Shell);
        using Process git = Process.Start("git", ["init", "--quiet", "--bare", workspace.Git]);
        git.WaitForExit();
        return workspace;
    }
}
