using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>A way to have a model make its old entries short.</summary>
public interface ISummarizer
{
    CompactionWay Way { get; }

    /// <summary>What is said behind a prompt that the provider has cached; prompt and tools stay as they are.</summary>
    PromptItem Question { get; }

    /// <param name="reply">The model's answer to the question.</param>
    /// <param name="through">The last turn that the summary replaces.</param>
    /// <param name="origin">The model that answered.</param>
    Summary Read(ModelReply reply, int through, Origin origin);
}

/// <summary>What an answer is worth as a summary.</summary>
public abstract record Summary
{
    private Summary()
    {
    }

    /// <summary>It is one; the entry is shown from now on.</summary>
    public sealed record Usable(TranscriptEntry Entry) : Summary;

    public sealed record Unusable(string Reason) : Summary;
}
