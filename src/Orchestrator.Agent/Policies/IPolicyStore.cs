namespace Orchestrator.Agent.Policies;

/// <summary>The versions of the deployment's policy, and what people allowed for later.</summary>
public interface IPolicyStore
{
    /// <summary>The policy that holds; null if there never was one.</summary>
    Task<StoredPolicy?> FindNewestAsync(CancellationToken cancellationToken);

    /// <summary>All versions, the newest first.</summary>
    Task<IReadOnlyList<StoredPolicy>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Has another policy hold from now on; nothing if it holds already.</summary>
    /// <returns>The policy that holds.</returns>
    Task<StoredPolicy> AddAsync(string text, string person, CancellationToken cancellationToken);

    /// <summary>The always-rules that hold now for a run.</summary>
    Task<IReadOnlyList<AlwaysRule>> ListAlwaysAsync(string run, string requester, string? tenant, CancellationToken cancellationToken);

    /// <summary>All always-rules, the newest first, those that no longer hold as well.</summary>
    Task<IReadOnlyList<AlwaysRule>> ListAlwaysAsync(CancellationToken cancellationToken);

    /// <returns>False if there is none, or it was revoked before.</returns>
    Task<bool> RevokeAlwaysAsync(string id, string person, CancellationToken cancellationToken);
}

/// <summary>A version of the policy.</summary>
/// <param name="Sequence">Its number, from 1.</param>
/// <param name="Hash">SHA-256 of its text.</param>
/// <param name="Text">The file.</param>
/// <param name="Person">Whose process took it in.</param>
/// <param name="At">When.</param>
public sealed record StoredPolicy(long Sequence, string Hash, string Text, string Person, DateTimeOffset At);
