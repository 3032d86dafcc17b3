using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Compactions;

/// <summary>A summary in words, which any model can write and any person can read. Calls in the answer are not run.</summary>
public sealed class PortableSummary : ISummarizer
{
    /// <summary>The first line of the question.</summary>
    public const string Heading = "# Hand over";

    private const string Headings =
        """
        ## Done so far
        ## State of the work
        ## Open problems
        ## Next steps
        ## Decisions
        """;

    private static readonly string[] Sections = Headings.Split('\n', StringSplitOptions.TrimEntries);

    private const string Text =
        Heading
        + """


        This conversation has become long. What you and the tools said in its older turns is about to be replaced by what you write now, and
        you go on from there. The instructions, the task with its constraints, everything people said, their decisions and the newest turns
        stay word for word, so don't repeat them. Answer with text only; tool calls are not run now.

        Write a hand-over to yourself under exactly these headings:

        """
        + Headings
        + """


        Give paths, names, commands and figures exactly. Say what was tried and failed, and why. Under Decisions, say what you decided and
        for what reason. What you leave out is not lost, but must be searched for.
        """;

    public CompactionWay Way => CompactionWay.Summary;

    public PromptItem Question { get; } = new PromptItem.UserMessage(Text);

    public Summary Read(ModelReply reply, int through, Origin origin) => reply switch
    {
        { End: ReplyEnd.Refused } => new Summary.Unusable("the model refused to write a summary"),
        { End: ReplyEnd.MaxOutputTokens } => new Summary.Unusable("the summary was cut at the output limit"),
        { Calls.Count: > 0 } => new Summary.Unusable("the model called tools instead of writing a summary"),
        _ when Sections.FirstOrDefault(section => !HasLine(reply.Text, section)) is { } missing =>
            new Summary.Unusable($"the model wrote no summary: '{missing}' is missing"),
        _ => new Summary.Usable(TranscriptEntry.User(
            through,
            $"# Your hand-over after turn {through}\n\nIt stands for what you and the tools said up to then; the tool recall searches all of it.\n\n{reply.Text.Trim()}")),
    };

    private static bool HasLine(string text, string wanted) =>
        text.Split('\n').Any(line => line.Trim().Equals(wanted, StringComparison.OrdinalIgnoreCase));
}
