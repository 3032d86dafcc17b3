namespace Orchestrator.Providers.Requests;

/// <summary>What a model at its endpoint takes and wants, where the endpoints of one dialect differ. Nothing else is ever sent.</summary>
internal sealed record ModelCapabilities
{
    public static ModelCapabilities Default { get; } = new();

    /// <summary>The name of the answer's limit in Chat Completions.</summary>
    public OutputLimit OutputLimit { get; init; } = OutputLimit.MaxCompletionTokens;

    /// <summary>It takes the parameter that has it call one tool at a time.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>It reports the usage of a streamed Chat Completion when it is asked to.</summary>
    public bool StreamUsage { get; init; } = true;

    /// <summary>What Chat Completions are sent as <c>reasoning_effort</c>; null for nothing.</summary>
    public string? ReasoningEffort { get; init; }

    /// <summary>It takes <c>service_tier</c>, in Responses and Chat Completions; it is then asked for its usual tier, whatever the account is set to.</summary>
    public bool ServiceTier { get; init; }

    /// <summary>It thinks as it sees fit when Messages ask it to.</summary>
    public bool AdaptiveThinking { get; init; }

    /// <summary>Its endpoint of Responses or Messages makes a compaction of the conversation when it is asked to, which is shown to it again as it came.</summary>
    public bool Compaction { get; init; }

    /// <summary>Its Responses endpoint works in the background when it is asked to.</summary>
    public bool Background { get; init; }

    /// <summary>It thinks for so long that it is asked in the background unless a task says otherwise.</summary>
    public bool ThinksLong { get; init; }

    /// <summary>It refuses calls without a thought signature, but for those marked as another model's.</summary>
    public bool ThoughtSignatures { get; init; }

    /// <summary>How it is told of the patch tool.</summary>
    public ToolForm ApplyPatch { get; init; }

    /// <summary>How it is told of the shell.</summary>
    public ToolForm Bash { get; init; }

    /// <summary>How it is told of the screen.</summary>
    public ToolForm Computer { get; init; }

    /// <summary>How it is told of the text editor.</summary>
    public ToolForm TextEditor { get; init; }
}

/// <summary>
/// How a model is told of a tool. Whatever the form, a call of it becomes a name and arguments of ours, and a function call that names
/// the tool is understood.
/// </summary>
internal enum ToolForm
{
    /// <summary>A function with a schema.</summary>
    Function,

    /// <summary>A tool of free text with a grammar; of Responses alone.</summary>
    Custom,

    /// <summary>A tool that the vendor defines and trains its models on.</summary>
    Native,
}

/// <summary>What an endpoint calls the longest answer.</summary>
internal enum OutputLimit
{
    MaxCompletionTokens,

    MaxTokens,
}
