using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Agent.Workspaces;

/// <summary>What a workspace's files look like from outside, to see whether a command changed any: names, sizes and times, not contents.</summary>
public static class WorkspaceStamp
{
    /// <summary>The agent's own git folder: looking at a repository writes there, too.</summary>
    private const string GitFolder = ".git";

    /// <summary>Bytes of a path that the kernel takes; a command can nest folders beyond that, step by step.</summary>
    private const int LongestPath = 4095;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = true, RecurseSubdirectories = true };

    /// <returns>SHA-256 over them, lower-case hexadecimal. Links are not followed.</returns>
    public static string Of(Workspace workspace)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string line in ((string[])[workspace.Tree, workspace.Shell]).Where(Directory.Exists).SelectMany(Lines).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(line));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static FileSystemEnumerable<string> Lines(string folder) => new(
        folder,
        (ref FileSystemEntry entry) => $"{entry.ToFullPath()}\0{entry.Length}\0{entry.LastWriteTimeUtc.Ticks}\n",
        All)
    {
        ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry) && !entry.FileName.SequenceEqual(GitFolder) && IsWithinReach(ref entry),
        ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.FileName.SequenceEqual(GitFolder),
    };

    private static bool IsWithinReach(ref FileSystemEntry entry) =>
        Encoding.UTF8.GetByteCount(entry.Directory) + 1 + Encoding.UTF8.GetByteCount(entry.FileName) <= LongestPath;

    private static bool IsLink(ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0;
}
