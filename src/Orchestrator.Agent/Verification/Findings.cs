using System.Text;

namespace Orchestrator.Agent.Verification;

/// <summary>The text in which the model is told why its submission was not accepted.</summary>
internal static class Findings
{
    private const int PathsShown = 20;

    public static string Of(IReadOnlyList<FailedCheck> failed, IReadOnlyList<string> outOfScope)
    {
        var text = new StringBuilder(
            "The submission was not accepted. The orchestrator ran the success criteria on a copy of the workspace; this is what failed.\n");
        foreach (FailedCheck check in failed)
        {
            text.Append($"\n## {check.Name}: `{check.Command}`\n{check.Observation}\n");
        }

        if (outOfScope.Count > 0)
        {
            text.Append("\n## Changed paths outside the allowed ones\n");
            foreach (string path in outOfScope.Take(PathsShown))
            {
                text.Append($"- {path}\n");
            }

            if (outOfScope.Count > PathsShown)
            {
                text.Append($"- and {outOfScope.Count - PathsShown} more\n");
            }

            text.Append("Restore them to their original content.\n");
        }

        return text.Append("\nMend this, then end your turn again without a tool call.").ToString();
    }
}

/// <summary>A criterion that did not end with exit code 0.</summary>
internal sealed record FailedCheck(string Name, string Command, string Observation);
