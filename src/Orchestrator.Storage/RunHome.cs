using Microsoft.Extensions.Options;
using Orchestrator.Agent.Stores;
using Orchestrator.Files;
using Orchestrator.Storage.Bulk;

namespace Orchestrator.Storage;

/// <summary>
/// Whose the runs of a shared database are: the hub of one data folder's, or one's that runs elsewhere; and which data folder, or container, has
/// their files. Whoever comes first says so, for good: a second hub would do each run a second time. Of a file in the data folder its locks say it.
/// </summary>
public sealed class RunHome(RunDatabase database, IOptions<BlobOptions> blobs)
{
    private const string OfTheFolder = "folder";
    private const string Elsewhere = "elsewhere";
    private const string Mend = "See 'Runs on PostgreSQL' in docs/storage.md.";

    /// <summary>Has the runs be worked on by the hub of this data folder.</summary>
    /// <returns>Why they can't be; null if they are.</returns>
    public async Task<string?> ClaimAsync(CancellationToken cancellationToken) =>
        database.IsShared ? FaultOf(await TakeAsync(OfTheFolder, OwnId(), cancellationToken)) : null;

    /// <summary>Has the runs be worked on by a hub that runs elsewhere.</summary>
    /// <param name="keepsFiles">Whether their files are to be in this data folder, or its container.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Why they can't be; null if they are.</returns>
    public async Task<string?> ClaimElsewhereAsync(bool keepsFiles, CancellationToken cancellationToken)
    {
        if (!database.IsShared)
        {
            return null;
        }

        string? own = keepsFiles ? FilesId() : null;
        Home home = await TakeAsync(Elsewhere, own, cancellationToken);
        return home.Hub != Elsewhere ? $"{database.Place} has the runs of the hub of a data folder: start 'orchestrator serve' there. {Mend}"
            : keepsFiles && home.Folder != own ? $"{database.Place} has runs whose files are in {OtherThanOurs}. {Mend}"
            : null;
    }

    /// <summary>Looks whether the hub of this data folder may work on the runs.</summary>
    /// <returns>Why not; null if it may.</returns>
    public async Task<string?> FindOtherAsync(CancellationToken cancellationToken) =>
        database.IsShared && await database.ReadAsync(Find, cancellationToken) is { } home ? FaultOf(home) : null;

    /// <summary>Whether this data folder, or its container, has the files of the runs.</summary>
    public async Task<bool> IsHereAsync(CancellationToken cancellationToken) => !database.IsShared
        || (await database.ReadAsync(Find, cancellationToken) is { Folder: { } folder } home && folder == (home.Hub == Elsewhere ? FindFilesId() : FindOwnId()));

    private string OtherThanOurs => blobs.Value.RunFiles
        ? $"another place than {blobs.Value.FilesPlace}: name the container and tenant that all others do"
        : $"another data folder than {database.Data.Root}: share that one";

    private string? FaultOf(Home home) =>
        home.Hub == Elsewhere ? $"{database.Place} has the runs of a hub that runs elsewhere: workers and servers of that hub work on them ('orchestrator serve --hub URL'). {Mend}"
        : home.Folder != FindOwnId() ? $"{database.Place} has the runs of the hub of another data folder than {database.Data.Root}. {Mend}"
        : null;

    private async Task<Home> TakeAsync(string hub, string? folder, CancellationToken cancellationToken)
    {
        // Most find what was said long ago.
        Home? there = await database.ReadAsync(Find, cancellationToken);
        return there is not null && (there.Hub != hub || there.Folder is not null || folder is null)
            ? there
            : await database.WriteAsync(
                session =>
                {
                    session.Execute(
                        """
                        INSERT INTO run_home(the_only_row, hub, folder) VALUES(TRUE, $1, CAST($2 AS TEXT))
                        ON CONFLICT(the_only_row) DO UPDATE SET folder = coalesce(run_home.folder, excluded.folder) WHERE run_home.hub = excluded.hub
                        """,
                        hub, folder);
                    return Find(session)!;
                },
                cancellationToken);
    }

    private static Home? Find(Sql.SqlSession session) => session.Find(
        "SELECT hub, folder FROM run_home", row => new Home(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)));

    /// <summary>Where the files of runs are that a hub elsewhere works on.</summary>
    private string FilesId() => blobs.Value.RunFiles ? blobs.Value.FilesPlace : OwnId();

    private string? FindFilesId() => blobs.Value.RunFiles ? blobs.Value.FilesPlace : FindOwnId();

    private string? FindOwnId() => File.Exists(database.Data.Id) ? File.ReadAllText(database.Data.Id) : null;

    /// <summary>Several processes may make it at once: one's is what all read.</summary>
    private string OwnId()
    {
        DataFolder data = database.Data;
        if (!File.Exists(data.Id))
        {
            string beside = $"{data.Id}.{Guid.NewGuid():N}";
            WholeFile.Write(beside, System.Text.Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")));
            try
            {
                File.Move(beside, data.Id, overwrite: false);
            }
            catch (IOException) when (File.Exists(data.Id))
            {
                File.Delete(beside);
            }
        }

        return FindOwnId()!;
    }

    private sealed record Home(string Hub, string? Folder);
}
