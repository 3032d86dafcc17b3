using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Runs.Landings;

/// <summary>A server that keeps repositories and has pull requests.</summary>
public interface ICodeHost
{
    /// <summary>As people call it.</summary>
    string Name { get; }

    /// <summary>What is missing to act there, in words; null if nothing is. Nothing is asked of the server.</summary>
    string? Fault { get; }

    /// <summary>Where it is and as whom it is asked, in words without secrets.</summary>
    string Describe();

    bool Serves(RemoteAddress remote);

    /// <summary>By what git is let in; renewed where it would soon end.</summary>
    /// <exception cref="CodeHostException">There is none.</exception>
    /// <exception cref="IOException">It can't be had now.</exception>
    Task<RemoteCredential> FindCredentialAsync(RemoteAddress remote, CancellationToken cancellationToken);

    /// <summary>The server has refused it: the next one is another.</summary>
    void Drop(RemoteAddress remote, RemoteCredential credential);

    /// <summary>Finds the branch's pull request, or opens it, and has it say what the draft says.</summary>
    /// <exception cref="CodeHostException">The server refuses, or somebody has closed it.</exception>
    /// <exception cref="IOException">The server can't be asked now.</exception>
    Task<OpenedPullRequest> EnsureAsync(RemoteAddress remote, PullRequestDraft draft, CancellationToken cancellationToken);

    /// <summary>Has the verdict stand beside a commit, once.</summary>
    /// <exception cref="CodeHostException">The server refuses.</exception>
    /// <exception cref="IOException">The server can't be asked now.</exception>
    Task MarkAsync(RemoteAddress remote, CommitMark mark, CancellationToken cancellationToken);

    /// <summary>What others' checks say of the commit that was pushed; the orchestrator's own verdict is none of them.</summary>
    /// <exception cref="CodeHostException">The server refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The server can't be asked now.</exception>
    Task<IReadOnlyList<PipelineCheck>> FindChecksAsync(RemoteAddress remote, Landing landing, CancellationToken cancellationToken);

    /// <summary>What a check wrote. It is somebody's text.</summary>
    /// <returns>What the server says of it in short, where it keeps no log.</returns>
    /// <exception cref="CodeHostException">The server refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">The server can't be asked now.</exception>
    Task<string> ReadLogAsync(RemoteAddress remote, PipelineCheck check, CancellationToken cancellationToken);
}

/// <summary>A pull request as it is to be.</summary>
public sealed record PullRequestDraft
{
    /// <summary>The branch that it brings.</summary>
    public required string Head { get; init; }

    public required string Base { get; init; }

    public required string Title { get; init; }

    public required PullRequestText Text { get; init; }

    public required bool IsDraft { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }
}

/// <summary>A pull request that is there.</summary>
public sealed record OpenedPullRequest(int Number, string Url);

/// <summary>What stands beside a commit.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Text">The verdict, at most 140 characters.</param>
/// <param name="Link">Where more is said; null for nowhere.</param>
public sealed record CommitMark(string Commit, string Text, Uri? Link);

/// <summary>A check of a commit.</summary>
/// <param name="Name">As people call it.</param>
/// <param name="State">Pending, passed or failed.</param>
/// <param name="Log">By what its log is found; null where it has none.</param>
/// <param name="Said">What the server says of it in short.</param>
public sealed record PipelineCheck(string Name, PipelineState State, long? Log, string? Said);
