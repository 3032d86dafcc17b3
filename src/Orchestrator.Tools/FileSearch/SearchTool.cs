using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.FileSearch;

/// <summary>Finds files of the workspace by name and by content. It only reads, and may be asked any number of times.</summary>
internal sealed class SearchTool(WorkspaceSearch search, IOptions<FileSearchOptions> options) : ITool
{
    private readonly FileSearchOptions _options = options.Value;

    public ToolDefinition Definition { get; } = new(
        ToolNames.SearchFiles,
        "Finds files of the workspace: with pattern the lines that match it, with their numbers; without it the files themselves. "
            + "Leaves out what git ignores, unless include_ignored is set; does not follow links. What is too much is counted.",
        """
        {"type":"object","properties":{"pattern":{"type":"string","description":"A regular expression as Perl's, for one line."},"literal":{"type":"boolean","description":"The pattern is plain text."},"ignore_case":{"type":"boolean"},"glob":{"type":"string","description":"Which files: *.py, src/**/*.{ts,tsx}. ** crosses folders."},"path":{"type":"string","description":"A folder or file; the whole workspace if left out."},"names_only":{"type":"boolean","description":"Only the files, with the number of their matching lines."},"context":{"type":"integer","minimum":0,"maximum":20,"description":"Lines to show around each match."},"include_ignored":{"type":"boolean"}},"additionalProperties":false}
        """,
        EffectClass.Pure);

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        if (!SearchArguments.TryParse(invocation.Arguments, out SearchArguments? wanted, out string? error))
        {
            return new ToolOutcome.Finished(ArgumentError.Result(error));
        }

        try
        {
            FoundFiles files = await search.ListAsync(invocation.Workspace, wanted, cancellationToken);
            return new ToolOutcome.Finished(wanted.Pattern is null
                ? Result(files.Files.Count, Show(files))
                : await SearchAsync(invocation, wanted, files, cancellationToken));
        }
        catch (SearchException failure)
        {
            return new ToolOutcome.Finished(ArgumentError.Result(failure.Message));
        }
    }

    private async Task<ToolResult> SearchAsync(ToolInvocation invocation, SearchArguments wanted, FoundFiles files, CancellationToken cancellationToken)
    {
        SearchFindings found = await search.SearchAsync(invocation.Workspace, wanted, files, cancellationToken);
        return Result(found.Files.Count, wanted.NamesOnly ? found.ShowNames(_options.Shown) : found.ShowLines(_options.Shown));
    }

    private string Show(FoundFiles files)
    {
        StringBuilder text = new();
        foreach (FileName file in files.Files.Take(_options.Shown))
        {
            text.Append(file.Shown).Append('\n');
        }

        return text.Append(SearchFindings.More(files.Files.Count - _options.Shown, "file")).ToString();
    }

    private static ToolResult Result(int found, string text)
    {
        byte[] output = Encoding.UTF8.GetBytes(found == 0 ? $"Nothing was found.\n{text}" : text);
        return new() { ExitCode = found == 0 ? 1 : 0, Output = output, OutputBytes = output.Length, MayHaveChangedFiles = false };
    }
}
