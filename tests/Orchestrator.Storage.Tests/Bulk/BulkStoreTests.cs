using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Orchestrator.Agent.Stores;
using Orchestrator.Storage.Bulk;

namespace Orchestrator.Storage.Tests.Bulk;

/// <summary>What holds wherever large payloads are kept: in the data folder, or on blobs.</summary>
public sealed class BulkStoreTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Payload_KeptTwiceIsOneAndReadBack(bool onBlobs)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        byte[] content = RandomNumberGenerator.GetBytes(1_000_000);

        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", content, CancellationToken.None);
        BlobRef again = await rig.Payloads.PutAsync(StorageRig.Run, "output", content, CancellationToken.None);

        Assert.Equal(reference, again);
        Assert.Equal(content, (await rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None)).ToArray());
        Assert.Single(await ListAsync(rig));
        Assert.Equal(onBlobs, !Directory.Exists(rig.Data.Payloads));
        Assert.Null((await rig.Payloads.CheckAsync(CancellationToken.None)).Fault);
    }

    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 0)]
    [InlineData(true, 100)]
    [InlineData(false, BulkPieces.Length + 100)]
    [InlineData(true, BulkPieces.Length + 100)]
    [InlineData(true, 2 * BulkPieces.Length)]
    public async Task ContentOfAStream_KeptTwiceIsOneAndCopiedBack(bool onBlobs, int length)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        byte[] content = RandomNumberGenerator.GetBytes(length);
        string hash = Convert.ToHexStringLower(SHA256.HashData(content));

        await rig.Bulk.KeepAsync(StorageRig.Run, hash, new MemoryStream(content), CancellationToken.None);
        await rig.Bulk.KeepAsync(StorageRig.Run, hash, new MemoryStream(content), CancellationToken.None);

        using var copied = new MemoryStream();
        await rig.Bulk.CopyAsync(StorageRig.Run, hash, copied, CancellationToken.None);
        Assert.Equal(content, copied.ToArray());
        Assert.Single(await ListAsync(rig));
        await Assert.ThrowsAsync<FileNotFoundException>(() => rig.Bulk.CopyAsync("r2", hash, copied, CancellationToken.None));
    }

    /// <summary>Somebody writes to it while it is read.</summary>
    [Theory]
    [InlineData(false, 100)]
    [InlineData(true, 100)]
    [InlineData(false, BulkPieces.Length + 100)]
    [InlineData(true, BulkPieces.Length + 100)]
    public async Task ContentThatHasAnotherHash_IsNotKept(bool onBlobs, int length)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        string hash = Convert.ToHexStringLower(SHA256.HashData("another"u8));

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => rig.Bulk.KeepAsync(StorageRig.Run, hash, new MemoryStream(new byte[length]), CancellationToken.None));

        Assert.StartsWith($"What was to be kept as {hash} has the hash ", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(rig));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Gone_IsNotFound(bool onBlobs)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None);
        Assert.True(await rig.Bulk.DeleteAsync(Assert.Single(await ListAsync(rig)), CancellationToken.None));

        FileNotFoundException failure =
            await Assert.ThrowsAsync<FileNotFoundException>(() => rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None));

        Assert.Contains($"The payload {reference.Hash} of run r1 is gone", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PayloadOfAnotherRun_IsNotFound(bool onBlobs)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None);

        await Assert.ThrowsAsync<FileNotFoundException>(() => rig.Payloads.GetAsync("r2", reference, CancellationToken.None));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sweep_DeletesOldOnesThatNothingRefersTo(bool onBlobs)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        BlobRef referred = await rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None);
        await rig.Bulk.KeepAsync(StorageRig.Run, "orphan", new byte[70_000], CancellationToken.None);
        await rig.Bulk.KeepAsync("of another deployment", "orphan", new byte[70_000], CancellationToken.None);
        DateTimeOffset last = (await ListAsync(rig)).Max(kept => kept.KeptAt);

        Assert.Equal(0, await rig.Payloads.SweepAsync(last - Kept, CancellationToken.None));
        Assert.Equal(1, await rig.Payloads.SweepAsync(last + Kept, CancellationToken.None));

        Assert.Equal(
            [("of another deployment", "orphan"), (StorageRig.Run, referred.Hash)],
            (await ListAsync(rig)).Select(kept => (kept.Run, kept.Hash)).OrderBy(kept => kept.Run, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AllOfARunDeleted_ThoseOfOthersStay(bool onBlobs)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        foreach ((string run, string hash) in new[] { (StorageRig.Run, "a"), (StorageRig.Run, "b"), ("r10", "a") })
        {
            await rig.Bulk.KeepAsync(run, hash, new byte[70_000], CancellationToken.None);
        }

        await rig.Payloads.DeleteAllAsync(StorageRig.Run, CancellationToken.None);
        await rig.Payloads.DeleteAllAsync(StorageRig.Run, CancellationToken.None);

        Assert.Equal([("r10", "a")], (await ListAsync(rig)).Select(kept => (kept.Run, kept.Hash)));
    }

    /// <summary>The sweep has found it old and unreferenced; then somebody finds it there and refers to it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task KeptAgainAfterItWasListed_IsNotDeleted(bool onBlobs)
    {
        await using StorageRig rig = await StartAsync(onBlobs);
        byte[] content = new byte[100_000];
        await rig.Bulk.KeepAsync(StorageRig.Run, "hash", content, CancellationToken.None);
        KeptBulk listed = Assert.Single(await ListAsync(rig));
        rig.Time.Advance(TimeSpan.FromHours(25));
        await rig.Bulk.KeepAsync(StorageRig.Run, "hash", content, CancellationToken.None);

        Assert.False(await rig.Bulk.DeleteAsync(listed, CancellationToken.None));

        Assert.Equal(content, await rig.Bulk.ReadAsync(StorageRig.Run, "hash", CancellationToken.None));
    }

    private async Task<StorageRig> StartAsync(bool onBlobs)
    {
        (BlobContainerClient _, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        return await StorageRig.StartAsync(onBlobs ? configure : null);
    }

    private static async Task<IReadOnlyList<KeptBulk>> ListAsync(StorageRig rig)
    {
        var all = new List<KeptBulk>();
        await foreach (KeptBulk kept in rig.Bulk.ListAsync(CancellationToken.None))
        {
            all.Add(kept);
        }

        return all;
    }
}
