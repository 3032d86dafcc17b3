using System.Text.Json;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Providers.Requests;

/// <summary>
/// The compaction of endpoints of Responses and Messages: a trigger behind the prompt, and one item in answer, which is shown to the endpoint
/// again as it came.
/// </summary>
internal sealed class ProviderCompaction : ISummarizer
{
    public CompactionWay Way => CompactionWay.Provider;

    public PromptItem Question { get; } = new PromptItem.CompactionTrigger();

    public Summary Read(ModelReply reply, int through, Origin origin)
    {
        ReadOnlyMemory<byte>[] items = [.. reply.Items.Where(IsCompaction)];
        return items is [var item] && reply.End == ReplyEnd.Completed
            ? new Summary.Usable(TranscriptEntry.ProviderItem(through, item, origin))
            : new Summary.Unusable($"the provider answered with {items.Length} compaction items where one is expected");
    }

    /// <summary>One that Messages says failed has no content.</summary>
    private static bool IsCompaction(ReadOnlyMemory<byte> item)
    {
        using JsonDocument document = JsonDocument.Parse(item);
        JsonElement content = document.RootElement.Member("content") ?? default;
        return document.RootElement.Text("type") == "compaction" && content.ValueKind != JsonValueKind.Null;
    }
}
