using System.Text.Json;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Providers.Requests;

namespace Orchestrator.Providers.Responses;

/// <summary>The compaction of Responses endpoints: a trigger behind the prompt, and one item in answer, which only the endpoint can read.</summary>
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

    private static bool IsCompaction(ReadOnlyMemory<byte> item)
    {
        using JsonDocument document = JsonDocument.Parse(item);
        return document.RootElement.Text("type") == "compaction";
    }
}
