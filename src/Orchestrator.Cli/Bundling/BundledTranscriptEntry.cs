using System.Text;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Cli.Bundling;

/// <summary>An entry of a transcript as a bundle holds it: text as text, a picture in base 64.</summary>
internal sealed record BundledTranscriptEntry(EntryKind Kind, int Turn, string? CallId, Origin? Origin, string? Text, byte[]? Png)
{
    public static BundledTranscriptEntry Of(TranscriptEntry entry) => entry.Kind == EntryKind.Screenshot
        ? new(entry.Kind, entry.Turn, entry.CallId, entry.Origin, null, entry.Body.ToArray())
        : new(entry.Kind, entry.Turn, entry.CallId, entry.Origin, Encoding.UTF8.GetString(entry.Body.Span), null);
}
