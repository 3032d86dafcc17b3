using System.Text.RegularExpressions;

namespace Orchestrator.Agent.Secrets;

/// <summary>A kind of secret that is known by how it is written.</summary>
internal sealed class SecretFormat
{
    /// <summary>The group of a pattern that is the secret; where there is none, all of it is.</summary>
    private const string Group = "s";

    private readonly Regex _pattern;

    /// <param name="name">What stands in its place.</param>
    /// <param name="anchor">A text that each of them holds, and few other texts do.</param>
    /// <param name="pattern">The secret from <paramref name="lead"/> characters before the anchor on.</param>
    /// <param name="lead">Characters of it before the anchor.</param>
    /// <param name="isWord">Nothing that belongs to a word stands before it.</param>
    public SecretFormat(string name, string anchor, string pattern, int lead = 0, bool isWord = true)
    {
        Name = name;
        Anchor = anchor;
        Lead = lead;
        _pattern = new Regex(
            $@"\G{(isWord ? @"(?<![A-Za-z0-9_\-])" : string.Empty)}(?:{pattern})",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
    }

    public string Name { get; }

    public string Anchor { get; }

    public int Lead { get; }

    /// <param name="text">Bytes, each as one character.</param>
    /// <param name="at">Where the anchor is.</param>
    /// <returns>Where the secret is; null if this is none.</returns>
    public (int From, int To)? Find(string text, int at)
    {
        if (at < Lead || _pattern.Match(text, at - Lead) is not { Success: true } match)
        {
            return null;
        }

        Group secret = match.Groups[Group] is { Success: true } part ? part : match;
        return Placeholders.IsOne(secret.ValueSpan) ? null : (secret.Index, secret.Index + secret.Length);
    }
}
