using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Agent.Policies;

/// <summary>
/// The policy that holds. Whichever process looks first at a changed <c>policies.yaml</c> stores it as the next version; all go by the newest stored one. A file
/// that is wrong changes nothing, but that no run begins until it is mended.
/// </summary>
public sealed class PolicyBook(IPolicyStore store, DataFolder data, ILogger<PolicyBook> logger)
{
    private (string Hash, PolicyDocument Document) _read = (string.Empty, PolicyDocument.Empty);

    /// <summary>The policy for whatever is under way.</summary>
    public async Task<PolicyDocument> CurrentAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TakeInAsync(cancellationToken);
        }
        catch (PolicyFileException failure)
        {
            Log.PolicyKept(logger, failure.Message);
            return Parse(await store.FindNewestAsync(cancellationToken));
        }
    }

    /// <summary>The policy for what begins.</summary>
    /// <exception cref="PolicyFileException">The file is wrong.</exception>
    public async Task<PolicyDocument> TakeInAsync(CancellationToken cancellationToken)
    {
        StoredPolicy? newest = await store.FindNewestAsync(cancellationToken);
        string text = await ReadAsync(cancellationToken);
        if (newest is null ? text.Length == 0 : newest.Hash == PolicyFile.HashOf(text))
        {
            return Parse(newest);
        }

        PolicyFile.Parse(text);
        return Parse(await store.AddAsync(text, Environment.UserName, cancellationToken));
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(data.Policies) ? await File.ReadAllTextAsync(data.Policies, cancellationToken) : string.Empty;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new PolicyFileException([$"{data.Policies}: the file can't be read: {failure.Message}"]);
        }
    }

    /// <summary>It was checked before it was stored.</summary>
    private PolicyDocument Parse(StoredPolicy? stored)
    {
        (string Hash, PolicyDocument Document) read = _read;
        if (stored is null)
        {
            return PolicyDocument.Empty;
        }

        if (read.Hash != stored.Hash)
        {
            read = (stored.Hash, PolicyFile.Parse(stored.Text));
            _read = read;
        }

        return read.Document;
    }
}
