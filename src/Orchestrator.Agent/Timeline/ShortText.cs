namespace Orchestrator.Agent.Timeline;

/// <summary>Cuts texts to what there is room for.</summary>
public static class ShortText
{
    /// <summary>The beginning of a text, whole characters.</summary>
    public static string Cut(string text, int longest) => text.Length <= longest ? text
        : text[..(longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];

    /// <summary>The text, or its beginning with something behind it that says so.</summary>
    public static string Shortened(string text, int longest, string ending = "…") =>
        text.Length <= longest ? text : Cut(text, longest) + ending;
}
