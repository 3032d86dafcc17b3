using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Orchestrator.Storage.Bulk;

/// <summary>
/// Large payloads as blobs <c>TENANT/RUN/HASH</c>. A blob is made only where there is none; to keep it again gives it another version,
/// by which a deletion under way sees that it must not be.
/// </summary>
/// <param name="options">Where.</param>
/// <param name="time">Bounds the check.</param>
/// <param name="pause">Before the first time that a request is tried again; up to ten of them before the others.</param>
internal sealed class BlobContainer(BlobOptions options, TimeProvider time, TimeSpan pause) : IBulkStore
{
    /// <summary>A blob that is there can go before it is renewed; that it is made and goes again in between is no race any more.</summary>
    private const int MostAttemptsToKeep = 3;

    private static readonly TimeSpan PatienceOfCheck = TimeSpan.FromSeconds(15);

    private readonly BlobContainerClient _container = Connect(options, pause);

    public string Place => $"the container {_container.Uri}";

    public Task KeepAsync(string run, string hash, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BlobClient blob = BlobOf(run, hash);
        return KeepAsync(
            run, hash, async () => await TryMakeAsync(blob, content, cancellationToken) || await TryRenewAsync(blob, cancellationToken), cancellationToken);
    }

    /// <summary>What is large is looked for before it is sent.</summary>
    public async Task KeepAsync(string run, string hash, Stream content, CancellationToken cancellationToken)
    {
        if (content.Length <= BulkPieces.Length)
        {
            await KeepAsync(run, hash, await ReadAsync(content, hash, cancellationToken), cancellationToken);
            return;
        }

        BlobClient blob = BlobOf(run, hash);
        await KeepAsync(
            run,
            hash,
            async () => await TryRenewAsync(blob, cancellationToken)
                || await TryMakeAsync(_container.GetBlockBlobClient(blob.Name), content, hash, cancellationToken),
            cancellationToken);
    }

    public async Task<byte[]> ReadAsync(string run, string hash, CancellationToken cancellationToken) =>
        await AskAsync(
            $"read payload {hash} of run {run}",
            async () =>
            {
                try
                {
                    return (await BlobOf(run, hash).DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
                }
                catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.BlobNotFound)
                {
                    return null;
                }
            },
            cancellationToken)
        ?? throw new FileNotFoundException($"There is no blob {BlobOf(run, hash).Uri}.");

    public Task CopyAsync(string run, string hash, Stream target, CancellationToken cancellationToken) => AskAsync(
        $"read payload {hash} of run {run}",
        async () =>
        {
            try
            {
                using BlobDownloadStreamingResult answer = await BlobOf(run, hash).DownloadStreamingAsync(cancellationToken: cancellationToken);
                await answer.Content.CopyToAsync(target, cancellationToken);
                return true;
            }
            catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.BlobNotFound)
            {
                throw new FileNotFoundException($"There is no blob {BlobOf(run, hash).Uri}.", failure);
            }
        },
        cancellationToken);

    public IAsyncEnumerable<KeptBulk> ListAsync(CancellationToken cancellationToken) => ListAsync(string.Empty, cancellationToken);

    public async Task DeleteAllAsync(string run, CancellationToken cancellationToken)
    {
        await foreach (KeptBulk kept in ListAsync($"{run}/", cancellationToken))
        {
            await DeleteAsync(kept, cancellationToken);
        }
    }

    /// <param name="beginning">What the names of the wanted ones begin with, behind the tenant.</param>
    private async IAsyncEnumerable<KeptBulk> ListAsync(string beginning, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string prefix = options.Tenant + "/";
        string? next = null;
        do
        {
            Page<BlobItem>? page = await AskAsync(
                "list payloads",
                async () =>
                {
                    var listing = new GetBlobsOptions { Prefix = prefix + beginning };
                    await foreach (Page<BlobItem> first in _container.GetBlobsAsync(listing, cancellationToken).AsPages(next))
                    {
                        return first;
                    }

                    return null;
                },
                cancellationToken);
            foreach (BlobItem blob in page?.Values ?? [])
            {
                if (blob.Name[prefix.Length..].Split('/') is [var run, var hash])
                {
                    yield return new KeptBulk(run, hash, blob.Properties.LastModified ?? DateTimeOffset.MaxValue, blob.Properties.ETag?.ToString() ?? string.Empty);
                }
            }

            next = page?.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    public Task<bool> DeleteAsync(KeptBulk kept, CancellationToken cancellationToken) => AskAsync(
        $"delete payload {kept.Hash} of run {kept.Run}",
        async () =>
        {
            try
            {
                var unchanged = new BlobRequestConditions { IfMatch = new ETag(kept.Version) };
                await BlobOf(kept.Run, kept.Hash).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, unchanged, cancellationToken);
                return true;
            }
            catch (RequestFailedException failure) when (failure.Status is 404 or 412)
            {
                return false;
            }
        },
        cancellationToken);

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(PatienceOfCheck, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await foreach (KeptBulk _ in ListAsync(either.Token))
            {
                break;
            }

            return null;
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{Place} does not answer within {PatienceOfCheck.TotalSeconds:0} seconds; look at its address, and at who may reach it.";
        }
    }

    private static BlobContainerClient Connect(BlobOptions options, TimeSpan pause)
    {
        var client = new BlobClientOptions
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                Delay = pause,
                MaxDelay = 10 * pause,
                MaxRetries = options.Retries,
                NetworkTimeout = options.Timeout,
            },
        };

        // What went wrong on the way must not become a blob.
        client.TransferValidation.Upload.ChecksumAlgorithm = StorageChecksumAlgorithm.MD5;
        return options.ContainerUrl is { } address
            ? new BlobContainerClient(address, new DefaultAzureCredential(), client)
            : new BlobContainerClient(options.Connection, options.Container, client);
    }

    private Task<bool> KeepAsync(string run, string hash, Func<Task<bool>> tryKeep, CancellationToken cancellationToken) => AskAsync(
        $"keep payload {hash} of run {run}",
        async () =>
        {
            for (int attempt = 1; attempt <= MostAttemptsToKeep; attempt++)
            {
                if (await tryKeep())
                {
                    return true;
                }
            }

            throw new IOException($"The blob {BlobOf(run, hash).Uri} comes and goes; who else deletes in {Place}?");
        },
        cancellationToken);

    private static async Task<byte[]> ReadAsync(Stream content, string hash, CancellationToken cancellationToken)
    {
        byte[] whole = [];
        await foreach (ArraySegment<byte> piece in BulkPieces.ReadAsync(content, hash, cancellationToken))
        {
            whole = [.. whole, .. piece];
        }

        return whole;
    }

    /// <summary>Nobody sees the pieces before the list of them makes them a blob.</summary>
    private static async Task<bool> TryMakeAsync(BlockBlobClient blob, Stream content, string hash, CancellationToken cancellationToken)
    {
        // Pieces of another who keeps the same, and whose file may change under it, must not be taken for ours.
        var upload = Guid.NewGuid();
        List<string> pieces = [];
        await foreach (ArraySegment<byte> piece in BulkPieces.ReadAsync(content, hash, cancellationToken))
        {
            pieces.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{upload:N}{pieces.Count:D8}")));
            using var body = new MemoryStream(piece.Array!, piece.Offset, piece.Count, writable: false);
            await blob.StageBlockAsync(pieces[^1], body, cancellationToken: cancellationToken);
        }

        try
        {
            var onlyNew = new CommitBlockListOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await blob.CommitBlockListAsync(pieces, onlyNew, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (IsThere(failure))
        {
            return false;
        }
    }

    private static async Task<bool> TryMakeAsync(BlobClient blob, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            var onlyNew = new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } };
            await blob.UploadAsync(BinaryData.FromBytes(content), onlyNew, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (IsThere(failure))
        {
            return false;
        }
    }

    private static bool IsThere(RequestFailedException failure) =>
        failure.ErrorCode == BlobErrorCode.BlobAlreadyExists || failure.ErrorCode == BlobErrorCode.ConditionNotMet;

    private static async Task<bool> TryRenewAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            await blob.SetMetadataAsync(new Dictionary<string, string>(), conditions: null, cancellationToken);
            return true;
        }
        catch (RequestFailedException failure) when (failure.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return false;
        }
    }

    private BlobClient BlobOf(string run, string hash) => _container.GetBlobClient($"{options.Tenant}/{run}/{hash}");

    /// <summary>What the service or its library throws, as the one failure that others know; an activity that meets it is repeated.</summary>
    private async Task<T> AskAsync<T>(string attempt, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested
            && failure is RequestFailedException or AggregateException or AuthenticationFailedException or OperationCanceledException)
        {
            throw new IOException($"{Place} did not {attempt}: {Reason(failure)}", failure);
        }
    }

    private string Reason(Exception failure) => failure switch
    {
        AggregateException { InnerExceptions: [.., { } last] } => Reason(last),
        AuthenticationFailedException => $"no identity to show it: {failure.Message}",
        OperationCanceledException => $"no answer within {options.Timeout.TotalSeconds:0} seconds.",
        RequestFailedException { ErrorCode: "ContainerNotFound" } => $"it does not exist; make it: az storage container create --auth-mode login --account-name {_container.AccountName} --name {_container.Name}",
        RequestFailedException { Status: 403 } refused => $"it refuses this identity ({refused.ErrorCode}); give it the role Storage Blob Data Contributor there.",
        RequestFailedException { Status: > 0 } refused => $"it answered {refused.Status} {refused.ErrorCode}.",
        _ => failure.GetBaseException().Message,
    };
}
