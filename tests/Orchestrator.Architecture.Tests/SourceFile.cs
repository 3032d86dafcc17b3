using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests;

/// <summary>One C# file: where it stands, and what its first lines say.</summary>
internal sealed partial class SourceFile(string path)
{
    private readonly Lazy<string> _text = new(() => Repository.Read(path));

    public string Path => path;

    public string Text => _text.Value;

    public int Lines => Text.Count(character => character == '\n');

    /// <summary>The project it belongs to, as in <c>Orchestrator.Agent</c>.</summary>
    public string Project => path.Split('/')[1];

    /// <summary>The folder inside its project; empty at the project's root.</summary>
    public string Folder => string.Join('/', path.Split('/')[2..^1]);

    public string? Namespace => NamespaceLine().Match(Text) is { Success: true } match ? match.Groups[1].Value : null;

    public IEnumerable<string> Usings => UsingLine().Matches(Text).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^(?:global )?using (?:static )?(?:\w+ = )?([\w.]+)(?:<.*>)?;", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
