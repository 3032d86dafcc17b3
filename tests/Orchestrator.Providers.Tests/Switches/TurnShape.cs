namespace Orchestrator.Providers.Tests.Switches;

/// <summary>What a turn is like, as far as another model might stumble over it.</summary>
public enum TurnShape
{
    /// <summary>A thought, a text and a call with its result.</summary>
    Usual,

    /// <summary>No call: it claims that the task is done, and is sent back.</summary>
    TextOnly,

    /// <summary>The text comes behind the call.</summary>
    CallBeforeText,

    /// <summary>Several calls at once.</summary>
    ParallelCalls,

    /// <summary>The limit came within a call behind a text.</summary>
    CutAtLimit,

    /// <summary>A thought and nothing else.</summary>
    ThoughtOnly,

    /// <summary>The call failed, and what it wrote is hard to quote.</summary>
    FailedTool,

    /// <summary>All turns but this one have been replaced by a summary.</summary>
    AfterCompaction,
}

/// <summary>What an answer consists of.</summary>
internal enum AnswerPart
{
    Thought,
    Text,
    Call,
    HalfCall,
}

internal static class TurnShapeParts
{
    public static AnswerPart[] Parts(this TurnShape shape) => shape switch
    {
        TurnShape.TextOnly => [AnswerPart.Thought, AnswerPart.Text],
        TurnShape.CallBeforeText => [AnswerPart.Thought, AnswerPart.Call, AnswerPart.Text],
        TurnShape.ParallelCalls => [AnswerPart.Thought, AnswerPart.Text, AnswerPart.Call, AnswerPart.Call, AnswerPart.Call],
        TurnShape.CutAtLimit => [AnswerPart.Thought, AnswerPart.Text, AnswerPart.Thought, AnswerPart.HalfCall],
        TurnShape.ThoughtOnly => [AnswerPart.Thought],
        TurnShape.Usual or TurnShape.FailedTool or TurnShape.AfterCompaction => [AnswerPart.Thought, AnswerPart.Text, AnswerPart.Call],
    };
}
