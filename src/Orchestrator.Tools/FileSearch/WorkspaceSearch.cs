using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.FileSearch;

/// <summary>Lists and searches files of a workspace from inside the sandbox, where a link can lead only to what the sandbox shows.</summary>
internal sealed class WorkspaceSearch(ISandbox sandbox, IOptions<FileSearchOptions> options)
{
    private const int BadPattern = 2;
    private const int TimeIsUp = 124;
    private const int LongestTrouble = 500;

    private static readonly string FilesScript = EmbeddedScript.Read("files.sh");
    private static readonly string SearchScript = EmbeddedScript.Read("search.sh");

    private readonly FileSearchOptions _options = options.Value;

    /// <exception cref="SearchException">There is nothing to be searched at the path.</exception>
    public async Task<FoundFiles> ListAsync(Workspace workspace, SearchArguments wanted, CancellationToken cancellationToken)
    {
        SandboxOutput output = await RunAsync(
            workspace, FilesScript, [PathOf(wanted.Path), wanted.WithIgnored ? "all" : "listed"], ReadOnlyMemory<byte>.Empty, cancellationToken);
        List<ReadOnlyMemory<byte>> fields = FieldsOf(output.Output);
        string kind = output.ExitCode == 0 && fields.Count > 0 ? Encoding.UTF8.GetString(fields[0].Span) : "";
        switch (kind)
        {
            case "file":
                return new FoundFiles("/", [new FileName(fields[1][1..])]);
            case "folder":
                IEnumerable<FileName> files = fields.Skip(2).Select(field => new FileName(field));
                return new FoundFiles(new FileName(fields[1]).Text, [.. files.Where(file => wanted.Glob?.Matches(file.Text) != false)]);
            default:
                throw new SearchException(kind switch
                {
                    "outside" => $"{wanted.Path} lies outside the workspace; only its files can be searched.",
                    "missing" => $"{wanted.Path} is neither a file nor a folder of the workspace.",
                    _ => $"The files at {wanted.Path} can't be listed: {LastLines(output.Error)}",
                });
        }
    }

    /// <exception cref="SearchException">The pattern can't be searched for.</exception>
    public async Task<SearchFindings> SearchAsync(
        Workspace workspace, SearchArguments wanted, FoundFiles files, CancellationToken cancellationToken)
    {
        using MemoryStream names = new();
        foreach (FileName file in files.Files)
        {
            names.Write(file.Bytes.Span);
            names.WriteByte(0);
        }

        string[] arguments =
        [
            files.Folder,
            _options.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            _options.Shown.ToString(CultureInfo.InvariantCulture),
            wanted.Context.ToString(CultureInfo.InvariantCulture),
            wanted.Pattern!,
            wanted.IsLiteral ? "-F" : "-P",
            .. wanted.IgnoresCase ? ["-i"] : Array.Empty<string>(),
        ];
        SandboxOutput output = await RunAsync(workspace, SearchScript, arguments, names.ToArray(), cancellationToken);
        return output.ExitCode switch
        {
            0 => SearchFindings.Read(output.Output, TroubleOf(output.Error)),
            BadPattern => throw new SearchException($"'pattern' is no regular expression of Perl's kind: {LastLines(output.Error)} Set literal to look for it as text."),
            TimeIsUp => throw new SearchException($"The search took longer than {_options.Timeout.TotalSeconds:0} s. Give a simpler pattern, a path or a glob."),
            _ => throw new SearchException($"The files can't be searched: {LastLines(output.Error)}"),
        };
    }

    private async Task<SandboxOutput> RunAsync(
        Workspace workspace, string script, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            return await sandbox.RunAsync(workspace, ["/bin/bash", "--noprofile", "--norc", "-c", script, "search", .. arguments], input, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new SearchException("The search took too long on this machine and was given up. Give a path or a glob.");
        }
    }

    private static string PathOf(string path) => path.StartsWith('/') ? path : $"/workspace/{path}";

    private static List<ReadOnlyMemory<byte>> FieldsOf(ReadOnlyMemory<byte> bytes)
    {
        List<ReadOnlyMemory<byte>> fields = [];
        for (int end = bytes.Span.IndexOf((byte)0); end >= 0; end = bytes.Span.IndexOf((byte)0))
        {
            fields.Add(bytes[..end]);
            bytes = bytes[(end + 1)..];
        }

        return fields;
    }

    private static string TroubleOf(string error) => error.Trim().Length == 0 ? string.Empty : $"Not all could be searched: {LastLines(error)}\n";

    private static string LastLines(string text)
    {
        string last = string.Join("; ", text.Trim().Split('\n').TakeLast(3));
        return last.Length <= LongestTrouble ? last : $"{last.AsSpan(0, LongestTrouble)}…";
    }
}

/// <summary>Files that are searched.</summary>
/// <param name="Folder">Absolute, inside the sandbox.</param>
/// <param name="Files">Their names from there, in order.</param>
internal sealed record FoundFiles(string Folder, IReadOnlyList<FileName> Files);
