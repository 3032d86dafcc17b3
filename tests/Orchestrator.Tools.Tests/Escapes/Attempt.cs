namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>One way out of the sandbox that a command may try.</summary>
/// <param name="Number">Its number in the table of docs/security.md.</param>
/// <param name="Name">What it tries.</param>
/// <param name="Script">What the command does, behind <see cref="EscapeScene.Preamble"/>.</param>
internal sealed record Attempt(int Number, string Name, string Script)
{
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the worker follows the command; it may leave it.</summary>
    public TimeSpan FollowFor { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Settings of the deployment that it is tried on: limits that are reached in no time.</summary>
    public IReadOnlyList<(string Key, string Value)> Settings { get; init; } = [];

    /// <summary>The workspace stands in memory, where nobody else fills the disk.</summary>
    public bool IsInMemory { get; init; }

    /// <summary>What the host does while the command stands still in <c>meet</c>; what it sees of an escape, or null.</summary>
    public Func<EscapeScene, Task<string?>>? Meanwhile { get; init; }

    /// <summary>What the host does when the command has ended; what it sees of an escape, or null.</summary>
    public Func<EscapeScene, Task<string?>>? Afterwards { get; init; }
}

/// <summary>What came of an attempt.</summary>
/// <param name="HasRun">The command ran; else the evidence says why not.</param>
/// <param name="Evidence">What was seen of its escape; null if it was contained.</param>
internal sealed record AttemptEnd(bool HasRun, string? Evidence)
{
    public const string Contained = "CONTAINED";
    public const string Escaped = "ESCAPED";

    public override string ToString() => !HasRun ? $"NOT RUN: {Evidence}" : Evidence is null ? Contained : $"{Escaped}: {Evidence}";
}
