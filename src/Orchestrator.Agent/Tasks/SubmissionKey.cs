using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Agent.Tasks;

/// <summary>What a submission is known by, so that its repetition is the same run.</summary>
/// <param name="Tenant">Whose tenant.</param>
/// <param name="Requester">Who submits.</param>
/// <param name="Key">What the requester calls it.</param>
/// <param name="Digest">What was submitted, by its hash.</param>
public sealed record SubmissionKey(string Tenant, string Requester, string Key, string Digest)
{
    /// <param name="tenant">Whose tenant.</param>
    /// <param name="requester">Who submits.</param>
    /// <param name="key">What the requester calls it; null for what is not repeated.</param>
    /// <param name="submitted">What is submitted, in its parts; a single one is hashed as it is, as every build has done.</param>
    public static SubmissionKey Of(string tenant, string requester, string? key, params IReadOnlyList<string?> submitted) => new(
        tenant,
        requester,
        key ?? Guid.NewGuid().ToString("N"),
        Convert.ToHexStringLower(SHA256.HashData(
            submitted is [{ } whole] ? Encoding.UTF8.GetBytes(whole) : JsonSerializer.SerializeToUtf8Bytes(submitted, AgentJson.Default.IReadOnlyListString))));
}

/// <summary>A submission that is stored.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="IsSame">What was submitted is what is submitted now.</param>
public sealed record StoredSubmission(string RunId, bool IsSame);
