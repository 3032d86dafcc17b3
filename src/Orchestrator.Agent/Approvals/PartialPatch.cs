using System.Text;

namespace Orchestrator.Agent.Approvals;

/// <summary>Takes what a reviewer leaves out of a diff, byte for byte, as a patch of its own.</summary>
internal static class PartialPatch
{
    /// <param name="diff">The diff as git wrote it: its files need not be text.</param>
    /// <param name="dropped">What is left out; it fits the diff.</param>
    /// <returns>A patch that <c>git apply -R</c> takes back.</returns>
    public static byte[] Of(byte[] diff, DroppedParts dropped)
    {
        // A letter for each byte, so that every byte comes out as it went in; names are those that people were shown.
        string[] lines = Encoding.Latin1.GetString(diff).Split('\n');
        var patch = new StringBuilder();
        foreach (DiffSection section in DiffSection.Read(Encoding.UTF8.GetString(diff).Split('\n')))
        {
            if (dropped.IsGone(section))
            {
                Append(patch, lines[section.Start..section.End]);
            }
            else if (section.Hunks.Where(hunk => dropped.IsDropped(section, hunk)).ToArray() is { Length: > 0 } hunks)
            {
                // Without the lines that say of a mode: that stays as it is.
                string[] head = lines[section.Start..section.Body];
                Append(patch, [head[0], .. head.Where(line => line.StartsWith("--- ", StringComparison.Ordinal) || line.StartsWith("+++ ", StringComparison.Ordinal))]);
                foreach (DiffSectionHunk hunk in hunks)
                {
                    Append(patch, lines[hunk.Start..hunk.End]);
                }
            }
        }

        return Encoding.Latin1.GetBytes(patch.ToString());
    }

    private static void Append(StringBuilder patch, string[] lines) => patch.AppendJoin('\n', lines).Append('\n');
}
