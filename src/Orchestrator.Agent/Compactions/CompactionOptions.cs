using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Compactions;

/// <summary>When transcripts are compacted, where their tasks don't say it.</summary>
public sealed class CompactionOptions
{
    public const string Section = "Agent:Compaction";

    /// <summary>Tokens of the conversation, as the provider counts them, above which it is compacted.</summary>
    [Range(100, 10_000_000)]
    public int At { get; set; } = 200_000;
}

[OptionsValidator]
internal sealed partial class CompactionOptionsValidator : IValidateOptions<CompactionOptions>;
