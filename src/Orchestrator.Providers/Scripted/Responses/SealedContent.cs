using System.Text;

namespace Orchestrator.Providers.Scripted.Responses;

/// <summary>What only the scripted model reads of its own items; it must come back as it was sent.</summary>
internal static class SealedContent
{
    private const string Prefix = "sealed by the scripted model in ";

    public static string Of(string itemId, string content) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Prefix}{itemId}: {content}"));

    /// <summary>The item that contents were sealed in; null for contents of other models, or broken ones.</summary>
    public static string? ItemIdIn(string? contents)
    {
        byte[] bytes = new byte[contents?.Length ?? 0];
        if (!Convert.TryFromBase64String(contents ?? "", bytes, out int length))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(bytes, 0, length);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var end
            ? text[Prefix.Length..end]
            : null;
    }
}
