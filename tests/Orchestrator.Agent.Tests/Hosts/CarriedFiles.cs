using System.Diagnostics;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Tests.Hosts;

/// <summary>Files of runs in a folder beside all hosts, carried there and back whole.</summary>
/// <param name="data">A host's.</param>
/// <param name="place">The folder.</param>
internal sealed class CarriedFiles(DataFolder data, string place) : IRunFiles
{
    public Task KeepAsync(string run, CancellationToken cancellationToken) => Task.WhenAll(
        Enum.GetValues<RunFolder>().Select(folder => CopyAsync(data.FolderOf(run, folder), PlaceOf(run, folder))));

    public Task FetchAsync(string run, IReadOnlyList<RunFolder> folders, CancellationToken cancellationToken) =>
        Task.WhenAll(folders.Select(folder => CopyAsync(PlaceOf(run, folder), data.FolderOf(run, folder))));

    public Task<bool> HasAsync(string run, CancellationToken cancellationToken) => Task.FromResult(Directory.Exists(Path.Combine(place, run)));

    public Task SweepAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private string PlaceOf(string run, RunFolder folder) => Path.Combine(place, run, folder.ToString());

    private static async Task CopyAsync(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            using Process copy = Process.Start("sh", ["-c", "rm -rf \"$2\" && cp -a \"$1\" \"$2\"", "sh", from, to]);
            await copy.WaitForExitAsync();
            Assert.Equal(0, copy.ExitCode);
        }
    }
}
