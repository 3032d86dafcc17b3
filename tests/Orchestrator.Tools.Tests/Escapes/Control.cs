using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>
/// One of the walls, and how the sandbox is built without it: bubblewrap is started by a script that changes what the product asked of
/// it. The product knows nothing of that. A wall is worth its place if an attempt that is contained behind it escapes without it.
/// </summary>
/// <param name="Name">The wall.</param>
/// <param name="Attempt">The attempt that it stops.</param>
internal sealed record Control(string Name, Attempt Attempt)
{
    private const char Separator = '\x1f';
    private const string Bubblewrap = "/usr/bin/bwrap";

    /// <summary>Text of bubblewrap's arguments and what stands in its place.</summary>
    public IReadOnlyList<(string From, string To)> Edits { get; init; } = [];

    /// <summary>What the script does before it becomes bubblewrap.</summary>
    public string Before { get; init; } = "";

    /// <summary>The filter of system calls in the place of the product's.</summary>
    public SystemCalls? Filter { get; init; }

    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>For root alone; an ordinary user meets another wall before it.</summary>
    public bool IsForRoot { get; init; }

    /// <summary>Why it can't be shown on every machine; null where it can be on this one.</summary>
    public bool IsShownHere { get; init; } = true;

    /// <summary>The run's folders can be entered by everybody.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Arguments that are left out, one after the other as they stand.</summary>
    public static (string From, string To) Without(string arguments) => ($" {arguments} ".Replace(' ', Separator), $"{Separator}");

    public static (string From, string To) Instead(string arguments, string others) =>
        ($" {arguments} ".Replace(' ', Separator), $" {others} ".Replace(' ', Separator));

    /// <summary>Arguments that are added where the view of files is made.</summary>
    public static (string From, string To) With(string arguments) => Instead("--remount-ro /proc", $"{arguments} --remount-ro /proc");

    public async Task<AttemptEnd> TryWithoutAsync(string root, string canary)
    {
        string place = IsOpen ? Path.Combine(Path.GetTempPath(), $"escapes-{Guid.NewGuid():N}") : root;
        string beside = Directory.CreateDirectory($"{root}.without").FullName;
        string script = Path.Combine(beside, "bubblewrap");
        string filter = Path.Combine(beside, "filter");
        if (Filter is not null)
        {
            File.WriteAllBytes(filter, SystemCallFilter.Build(Filter));
        }

        File.WriteAllText(script, Script(place, filter));
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return await EscapeWorker.TryAsync(place, canary, Attempt, [("Sandbox:Bubblewrap", script), .. Settings]);
    }

    private string Script(string root, string filter)
    {
        string edits = string.Concat(Edits.Select(edit => $"line=${{line//{Quoted(edit.From, root)}/{Quoted(edit.To, root)}}}\n"));
        return $$"""
            #!/bin/bash
            line=$'\x1f'
            for argument; do line+=$argument$'\x1f'; done
            {{edits}}
            mapfile -d $'\x1f' -t arguments < <(printf %s "${line#?}")
            {{Before.Replace("ROOT", root, StringComparison.Ordinal)}}
            {{(Filter is null ? "" : $"exec 101<'{filter}'")}}
            exec {{Bubblewrap}} "${arguments[@]}"
            """;
    }

    private static string Quoted(string text, string root) =>
        $"$'{text.Replace("ROOT", root, StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
