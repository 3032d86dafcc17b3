using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace Orchestrator.Tools.Mcp;

/// <summary>What a server answered, as text: it is data from outside, bounded here and escaped as any output is.</summary>
internal static class McpText
{
    private const int Longest = 1 << 20;

    public static string Of(CallToolResult result)
    {
        string text = string.Join('\n', result.Content.Select(Of));
        if (text.Length == 0 && result.StructuredContent is { ValueKind: not JsonValueKind.Undefined } structured)
        {
            text = structured.GetRawText();
        }

        text = text.Length == 0 ? "(no output)" : text;
        return text.Length <= Longest ? Written(text) : $"{Written(text[..Longest])}\n[{text.Length - Longest:N0} more characters are not kept]";
    }

    private static string Of(ContentBlock block) => block switch
    {
        TextContentBlock text => text.Text,
        ImageContentBlock image => $"[an image is not shown: {image.MimeType}, {image.Data.Length:N0} characters]",
        AudioContentBlock audio => $"[a sound is not shown: {audio.MimeType}, {audio.Data.Length:N0} characters]",
        ResourceLinkBlock link => $"[resource {link.Name}: {link.Uri}]",
        EmbeddedResourceBlock { Resource: TextResourceContents resource } => $"[resource {resource.Uri}]\n{resource.Text}",
        EmbeddedResourceBlock embedded => $"[resource {embedded.Resource.Uri} is not shown: {embedded.Resource.MimeType}]",
        _ => $"[{block.Type} is not shown]",
    };

    /// <summary>Half a surrogate pair is no text, and a cut can make one.</summary>
    private static string Written(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
