using System.Text.Json;

namespace Orchestrator.Agent.Approvals;

/// <summary>What a reviewer leaves out of a diff, file by file or part by part: the rest is what they approve.</summary>
/// <param name="Drop">What is left out.</param>
public sealed record DroppedParts(IReadOnlyList<DroppedPart> Drop)
{
    /// <summary>Files and parts that one answer may leave out.</summary>
    public const int Most = 1_000;

    /// <summary>For a person or a model, a line each.</summary>
    public IEnumerable<string> InWords() => Drop.Select(part => part.Line is { } line ? $"{part.File}, the part from line {line}" : part.File);

    public string ToJson() => JsonSerializer.Serialize(this, AgentJson.Default.DroppedParts);

    /// <returns>Null for what is no such list.</returns>
    public static DroppedParts? TryRead(string? json)
    {
        try
        {
            DroppedParts? parts = json is null ? null : JsonSerializer.Deserialize(json, AgentJson.Default.DroppedParts);
            return parts?.Drop?.All(part => part?.File is not null) == true ? parts : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Why it can't be left out of a diff, in a sentence for a person; null if it can.</summary>
    public string? FaultOf(string diff)
    {
        IReadOnlyList<DiffSection> sections = DiffSection.Read(diff.Split('\n'));
        return Drop.Count == 0 ? "Say which files, or parts of them, are left out."
            : Drop.Count > Most ? $"At most {Most:N0} files and parts can be left out; ask for changes instead."
            : Drop.Select(part => FaultOf(part, sections.FirstOrDefault(section => section.File == part.File))).FirstOrDefault(fault => fault is not null)
                ?? (sections.All(IsGone) ? "Nothing of the diff would be left; deny it, or ask for changes." : null);
    }

    /// <summary>The file is left out, or each part of it.</summary>
    internal bool IsGone(DiffSection section) => Drop.Any(part => part.File == section.File && part.Line is null)
        || (section.Hunks.Count > 0 && section.Hunks.All(hunk => IsDropped(section, hunk)));

    internal bool IsDropped(DiffSection section, DiffSectionHunk hunk) => Drop.Any(part => part.File == section.File && part.Line == hunk.Line);

    private static string? FaultOf(DroppedPart part, DiffSection? section) => section switch
    {
        null => $"The diff does not change '{part.File}'.",
        _ when part.File.Contains('\ufffd', StringComparison.Ordinal) => $"The name of '{part.File}' is no UTF-8, so it can't be told from others; ask for changes instead.",
        _ when part.Line is null => null,
        { IsWhole: true } => $"'{part.File}' is new or gone as a whole; leave out the file, not a part of it.",
        _ when section.Hunks.Any(hunk => hunk.Line == part.Line) => null,
        { Hunks.Count: 0 } => $"'{part.File}' has no parts; leave out the file.",
        _ => $"No part of '{part.File}' begins at line {part.Line}; its parts begin at {string.Join(", ", section.Hunks.Select(hunk => hunk.Line))}.",
    };
}

/// <summary>A file of a diff, or a part of it.</summary>
/// <param name="File">The file, as the diff has it.</param>
/// <param name="Line">The part's first line behind the change, as its <c>@@</c> says; null for the whole file.</param>
public sealed record DroppedPart(string File, int? Line = null);
