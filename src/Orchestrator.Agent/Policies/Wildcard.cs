namespace Orchestrator.Agent.Policies;

/// <summary>Patterns over a line of text: <c>*</c> is any run of characters, <c>?</c> any one; the whole text must match.</summary>
internal static class Wildcard
{
    public static bool IsMatch(string pattern, string text)
    {
        int patternAt = 0;
        int textAt = 0;
        int star = -1;
        int resumeAt = 0;
        while (textAt < text.Length)
        {
            if (patternAt < pattern.Length && pattern[patternAt] == '*')
            {
                star = patternAt++;
                resumeAt = textAt;
            }
            else if (patternAt < pattern.Length && (pattern[patternAt] == '?' || pattern[patternAt] == text[textAt]))
            {
                patternAt++;
                textAt++;
            }
            else if (star >= 0)
            {
                patternAt = star + 1;
                textAt = ++resumeAt;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(patternAt).TrimStart('*').IsEmpty;
    }
}
