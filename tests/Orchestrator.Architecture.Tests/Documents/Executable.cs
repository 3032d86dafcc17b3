using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests.Documents;

/// <summary>What the built executable says of itself.</summary>
internal static partial class Executable
{
    private static readonly Lazy<string[]> VerbsOfHelp = new(() => ReadVerbs(Help()));

    public static IReadOnlyList<string> Verbs => VerbsOfHelp.Value;

    private static string[] ReadVerbs(string help) =>
        [.. VerbLine().Matches(help[help.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value)];

    private static string Help()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "orchestrator"), ["--help"]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("orchestrator did not start.");
        string help = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return help;
    }

    [GeneratedRegex(@"^  (\w+)", RegexOptions.Multiline)]
    private static partial Regex VerbLine();
}
