using System.Text;

namespace Orchestrator.Agent.Verification;

/// <summary>The text in which the model is told why its submission was not accepted.</summary>
internal static class Findings
{
    public static string Of(IReadOnlyList<FailedCheck> failed, Verdict verdict)
    {
        var text = new StringBuilder(
            "The submission was not accepted. The orchestrator ran the success criteria on a copy of the workspace; this is what failed.\n");
        foreach (FailedCheck check in failed)
        {
            text.Append($"\n## {check.Name}: `{check.Command}`\n{check.Observation}\n");
        }

        if (verdict.OutOfScopeCount > 0)
        {
            text.Append("\n## Changed paths outside the allowed ones\n");
            foreach (string path in verdict.OutOfScope)
            {
                text.Append($"- {path}\n");
            }

            if (verdict.OutOfScopeCount > verdict.OutOfScope.Count)
            {
                text.Append($"- and {verdict.OutOfScopeCount - verdict.OutOfScope.Count} more\n");
            }

            text.Append("Restore them to their original content.\n");
        }

        return text.Append("\nMend this, then end your turn again without a tool call.").ToString();
    }
}

/// <summary>A criterion that did not end with exit code 0.</summary>
internal sealed record FailedCheck(string Name, string Command, string Observation);
