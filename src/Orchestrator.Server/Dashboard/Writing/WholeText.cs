namespace Orchestrator.Server.Dashboard.Writing;

/// <summary>What a page can show whole. What it can't, nobody approves on it.</summary>
public static class WholeText
{
    public const int MostCharacters = 1_000_000;
    public const int MostLines = 20_000;

    public static bool Fits(string text) => text.Length <= MostCharacters && LinesOf(text) <= MostLines;

    public static int LinesOf(string text) => text.AsSpan().Count('\n') + (text.EndsWith('\n') || text.Length == 0 ? 0 : 1);
}
