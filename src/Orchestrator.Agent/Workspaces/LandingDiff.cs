using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Workspaces;

/// <summary>What a run changed, as a patch; more than can land is refused before git begins on it.</summary>
public sealed class LandingDiff(IOptions<LandingOptions> options)
{
    private const int Megabyte = 1 << 20;

    /// <summary>Writes what changed from the commit to the tree.</summary>
    /// <exception cref="LandingException">It is more than can land.</exception>
    public async Task WriteAsync(Workspace workspace, string commit, string tree, Stream target, CancellationToken cancellationToken)
    {
        if (await WhyNotAsync(workspace, commit, tree, cancellationToken) is { } reason)
        {
            throw new LandingException(reason);
        }

        await WorkspaceTree.DiffAsync(workspace, commit, tree, target, cancellationToken);
    }

    /// <returns>Why what changed can't land, in words; null if it can.</returns>
    public async Task<string?> WhyNotAsync(Workspace workspace, string commit, string tree, CancellationToken cancellationToken)
    {
        IReadOnlyList<Changed> changed = await ChangedAsync(workspace, commit, tree, cancellationToken);
        if (changed.Sum(file => file.Bytes) is var bytes && bytes <= options.Value.MostBytes)
        {
            return null;
        }

        Changed largest = changed.MaxBy(file => file.Bytes)!;
        return $"The changed files have {Megabytes(bytes)} MiB, before and after together, the most of it in {PathText.Shown(largest.Path)} ({Megabytes(largest.Bytes)} MiB); "
            + $"at most {Megabytes(options.Value.MostBytes)} MiB can land ({LandingOptions.Section}:{nameof(LandingOptions.MostBytes)} in settings.json of the data folder).";
    }

    private static string Megabytes(long bytes) => ((double)bytes / Megabyte).ToString("#,0.#", CultureInfo.InvariantCulture);

    private static async Task<IReadOnlyList<Changed>> ChangedAsync(Workspace workspace, string commit, string tree, CancellationToken cancellationToken)
    {
        // For each file ":MODE MODE ID ID LETTER", then its path.
        byte[] raw = await Git.RunForBytesAsync(
            workspace.Git,
            ["--git-dir", workspace.Git, "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", commit, tree],
            index: null,
            cancellationToken);
        (string[] Ids, string Path)[] rows = [.. PathText.Names(raw).Chunk(2).Select(row => (row[0].Split(' ')[2..4], row[1]))];
        Dictionary<string, long> sizes = await SizesAsync(workspace, rows.SelectMany(row => row.Ids), cancellationToken);
        return [.. rows.Select(row => new Changed(row.Path, row.Ids.Sum(id => sizes.GetValueOrDefault(id))))];
    }

    /// <summary>How large the files are; what isn't there, as the old one of a new file, is left out.</summary>
    private static async Task<Dictionary<string, long>> SizesAsync(Workspace workspace, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        byte[] asked = Encoding.ASCII.GetBytes(string.Concat(ids.Distinct().Select(id => id + '\n')));
        byte[] told = await Git.RunForBytesAsync(
            workspace.Git,
            ["--git-dir", workspace.Git, "cat-file", "--buffer", "--batch-check=%(objectname) %(objectsize)"],
            index: null,
            cancellationToken,
            asked);
        return Encoding.ASCII.GetString(told).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '))
            .Where(fields => long.TryParse(fields[1], CultureInfo.InvariantCulture, out _))
            .ToDictionary(fields => fields[0], fields => long.Parse(fields[1], CultureInfo.InvariantCulture));
    }

    /// <param name="Path">The file's, from the tree's root.</param>
    /// <param name="Bytes">What it had before and has after.</param>
    private sealed record Changed(string Path, long Bytes);
}
