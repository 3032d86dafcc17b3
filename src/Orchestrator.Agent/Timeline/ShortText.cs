namespace Orchestrator.Agent.Timeline;

/// <summary>Cuts texts to what there is room for.</summary>
public static class ShortText
{
    /// <summary>The beginning of a text, whole characters.</summary>
    public static string Cut(string text, int longest) => text.Length <= longest ? text
        : text[..(longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
}
