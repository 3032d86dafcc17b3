using System.Text.Json;
using Orchestrator.Agent.Models;

namespace Orchestrator.Providers.Messages;

/// <summary>
/// The compaction of Messages, an edit that the endpoint makes to a conversation before it answers: it is told to stop behind it, so that
/// its answer is one block and nothing else. What stands before that block in later requests is dropped.
/// </summary>
/// <remarks>Source: the vendor's documentation of compaction, a preview since January 2026.</remarks>
internal static class MessagesCompaction
{
    /// <summary>Tokens: a shorter conversation is not compacted, whatever is asked.</summary>
    public const int LeastTokens = 50_000;

    private const string Preview = "compact-2026-01-12";

    /// <summary>The preview that a request needs; null for none.</summary>
    public static string? PreviewFor(IReadOnlyList<PromptItem> prompt) =>
        prompt.Any(item => item is PromptItem.CompactionTrigger || (item is PromptItem.ProviderItem own && IsCompaction(own.Json.Span))) ? Preview : null;

    public static void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("context_management"u8);
        json.WriteStartArray("edits"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "compact_20260112"u8);
        json.WriteBoolean("pause_after_compaction"u8, true);
        json.WriteStartObject("trigger"u8);
        json.WriteString("type"u8, "input_tokens"u8);
        json.WriteNumber("value"u8, LeastTokens);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The type comes first in every block that was ever seen; it is found wherever it stands.
    private static bool IsCompaction(ReadOnlySpan<byte> block)
    {
        var reader = new Utf8JsonReader(block);
        while (reader.Read())
        {
            if (reader is { CurrentDepth: 1, TokenType: JsonTokenType.PropertyName })
            {
                bool isType = reader.ValueTextEquals("type"u8);
                reader.Read();
                if (isType)
                {
                    return reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("compaction"u8);
                }

                reader.Skip();
            }
        }

        return false;
    }
}
