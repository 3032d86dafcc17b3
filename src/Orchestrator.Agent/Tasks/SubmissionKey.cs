namespace Orchestrator.Agent.Tasks;

/// <summary>What a submission is known by, so that its repetition is the same run.</summary>
/// <param name="Tenant">Whose tenant.</param>
/// <param name="Requester">Who submits.</param>
/// <param name="Key">What the requester calls it.</param>
/// <param name="Digest">What was submitted, by its hash.</param>
public sealed record SubmissionKey(string Tenant, string Requester, string Key, string Digest);

/// <summary>A submission that is stored.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="IsSame">What was submitted is what is submitted now.</param>
public sealed record StoredSubmission(string RunId, bool IsSame);
