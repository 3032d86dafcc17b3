using System.Security.Cryptography;
using Orchestrator.Agent.Hosts;
using Orchestrator.Agent.Stores;
using Orchestrator.Storage.Tests.Bulk;

namespace Orchestrator.Storage.Tests.RunFiles;

/// <summary>What a run's files are on one machine is what another gets, or nothing.</summary>
public sealed class ContainerRunFilesTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task NewChangedAndDeletedFiles_AreFetchedAsTheyWereKeptLast()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "git/HEAD", "ref: refs/heads/main"u8);
        machines.Write(machines.One, "git/objects/ab/cdef", "object"u8);
        machines.Write(machines.One, "snapshots/first.zip", "first"u8);
        machines.Write(machines.One, "snapshots/second.zip", "second"u8);
        machines.Write(machines.One, "results/changes.patch", []);
        await Machines.KeepAsync(machines.One);
        await Machines.FetchAsync(machines.Two);
        Assert.Equal(Machines.FilesOf(machines.One), Machines.FilesOf(machines.Two));

        machines.Write(machines.One, "git/refs/heads/main", "commit"u8);
        machines.Write(machines.One, "results/changes.patch", "a patch"u8);
        machines.Write(machines.One, "snapshots/merged.zip", "both"u8);
        File.Delete(Machines.PathOf(machines.One, "snapshots/first.zip"));
        File.Delete(Machines.PathOf(machines.One, "snapshots/second.zip"));
        await Machines.KeepAsync(machines.One);
        await machines.Two.Files.FetchAsync(StorageRig.Run, [RunFolder.Results], CancellationToken.None);
        Assert.Equal("a patch", Machines.FilesOf(machines.Two)["results/changes.patch"]);
        await Machines.FetchAsync(machines.Two);

        // What is left of earlier packs does no harm: each is named by what is in it.
        var expected = new Dictionary<string, string>(Machines.FilesOf(machines.One)) { ["snapshots/first.zip"] = "first", ["snapshots/second.zip"] = "second" };
        Assert.Equal(expected.OrderBy(file => file.Key, StringComparer.Ordinal), Machines.FilesOf(machines.Two).OrderBy(file => file.Key, StringComparer.Ordinal));
        Assert.Equal(File.GetLastWriteTimeUtc(Machines.PathOf(machines.One, "git/HEAD")), File.GetLastWriteTimeUtc(Machines.PathOf(machines.Two, "git/HEAD")));
    }

    [Fact]
    public async Task FilesThatAreAsTheyWere_AreNeitherSentNorFetchedAgain()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "git/HEAD", "ref: refs/heads/main"u8);
        machines.Write(machines.One, "snapshots/first.zip", "first"u8);
        await Machines.KeepAsync(machines.One);
        await Machines.FetchAsync(machines.Two);
        int requests = azurite.Faults.Requests;

        await Machines.KeepAsync(machines.One);
        await Machines.FetchAsync(machines.Two);

        Assert.Equal(requests, azurite.Faults.Requests);
    }

    /// <summary>A file system's clock ticks every few milliseconds: two changes in between have the same time.</summary>
    [Fact]
    public async Task FileChangedAgainAtTheSameTime_IsNoticed()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        string path = machines.Write(machines.One, "git/refs/heads/main", "one"u8, isSettled: false);
        DateTime modified = File.GetLastWriteTimeUtc(path);
        await Machines.KeepAsync(machines.One);
        machines.Write(machines.One, "git/refs/heads/main", "two"u8, isSettled: false);
        File.SetLastWriteTimeUtc(path, modified);

        await Machines.KeepAsync(machines.One);
        await Machines.FetchAsync(machines.Two);

        Assert.Equal("two", Machines.FilesOf(machines.Two)["git/refs/heads/main"]);
    }

    [Theory]
    [InlineData(nameof(BlobFault.Unavailable), null)]
    [InlineData(nameof(BlobFault.AnswerLost), null)]
    [InlineData(null, nameof(BlobFault.Unavailable))]
    [InlineData(null, nameof(BlobFault.Truncated))]
    public async Task LargeFile_IsKeptInPiecesAndFetchedWhateverFails(string? whileKept, string? whileFetched)
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        byte[] content = RandomNumberGenerator.GetBytes(9 << 20);
        machines.Write(machines.One, "snapshots/large.zip", content);
        azurite.Faults.Do(FaultsOf(whileKept));
        await Machines.KeepAsync(machines.One);
        azurite.Faults.Do(FaultsOf(whileFetched));

        await Machines.FetchAsync(machines.Two);

        Assert.Equal(0, azurite.Faults.FaultsLeft);
        Assert.Equal(content, await File.ReadAllBytesAsync(Machines.PathOf(machines.Two, "snapshots/large.zip")));
        Assert.Single(machines.Container.GetBlobs());
    }

    [Fact]
    public async Task OutagePastAllRetries_KeepsTheRestTheNextTime()
    {
        await using Machines machines = await Machines.StartAsync(azurite, options => options.Retries = 0);
        machines.Write(machines.One, "git/HEAD", "ref: refs/heads/main"u8);
        machines.Write(machines.One, "git/objects/ab/cdef", "object"u8);
        azurite.Faults.Do(BlobFault.Unavailable);

        IOException failure = await Assert.ThrowsAsync<IOException>(() => Machines.KeepAsync(machines.One));
        Assert.False(await machines.One.Files.HasAsync(StorageRig.Run, CancellationToken.None));
        await Machines.KeepAsync(machines.One);
        await Machines.FetchAsync(machines.Two);

        Assert.EndsWith("of run r1: it answered 503 ServerBusy.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(Machines.FilesOf(machines.One), Machines.FilesOf(machines.Two));
    }

    [Fact]
    public async Task BlobThatIsNotWhatWasKept_IsNamedAndNothingIsWritten()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "snapshots/first.zip", "first"u8);
        await Machines.KeepAsync(machines.One);
        string blob = Assert.Single(machines.Container.GetBlobs()).Name;
        await machines.Container.GetBlobClient(blob).UploadAsync(BinaryData.FromString("other!"), overwrite: true);

        InvalidDataException failure = await Assert.ThrowsAsync<InvalidDataException>(() => Machines.FetchAsync(machines.Two));

        Assert.Contains("The file snapshots/first.zip of run r1 does not match its hash: 5 bytes were kept as", failure.Message, StringComparison.Ordinal);
        Assert.Contains("6 with the hash", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Machines.FilesOf(machines.Two));
    }

    [Fact]
    public async Task OneByteOfWhatIsReadIsAnotherOne_IsNotWrittenAndIsFetchedTheNextTime()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "snapshots/first.zip", "first"u8);
        await Machines.KeepAsync(machines.One);
        azurite.Faults.Do(BlobFault.Garbled);

        await Assert.ThrowsAsync<InvalidDataException>(() => Machines.FetchAsync(machines.Two));
        Assert.Empty(Machines.FilesOf(machines.Two));
        await Machines.FetchAsync(machines.Two);

        Assert.Equal(Machines.FilesOf(machines.One), Machines.FilesOf(machines.Two));
    }

    [Fact]
    public async Task BlobThatIsGone_IsNamed()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "git/HEAD", "ref: refs/heads/main"u8);
        await Machines.KeepAsync(machines.One);
        await machines.Container.GetBlobClient(Assert.Single(machines.Container.GetBlobs()).Name).DeleteAsync();

        FileNotFoundException failure = await Assert.ThrowsAsync<FileNotFoundException>(() => Machines.FetchAsync(machines.Two));

        Assert.StartsWith("The file git/HEAD of run r1 (", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/payloads", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostThatLostTheRun_KeepsNothingMore()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        Tenure lost = await Machines.ClaimAsync(machines.One);
        machines.Write(machines.One, "git/HEAD", "ref: refs/heads/main"u8);
        await Machines.KeepAsync(machines.One, lost);
        machines.Two.Time.Advance(Machines.Lease);
        Tenure taken = await Machines.ClaimAsync(machines.Two);
        await Machines.FetchAsync(machines.Two);
        machines.Write(machines.One, "git/HEAD", "late"u8);

        await Assert.ThrowsAsync<TenureException>(() => Machines.KeepAsync(machines.One, lost));

        Assert.Equal((2, "ref: refs/heads/main"), (taken.Epoch, Machines.FilesOf(machines.Two)["git/HEAD"]));
        await Machines.FetchAsync(machines.One);
        Assert.Equal("ref: refs/heads/main", Machines.FilesOf(machines.One)["git/HEAD"]);
    }

    [Fact]
    public async Task OutsideOfATenure_NothingIsKept()
    {
        await using Machines machines = await Machines.StartAsync(azurite);

        await Assert.ThrowsAsync<InvalidOperationException>(() => machines.One.Files.KeepAsync(StorageRig.Run, CancellationToken.None));
    }

    [Fact]
    public async Task HostThatHoldsTheRun_IsNotGivenWhatItHadBefore()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "git/HEAD", "before"u8);
        await Machines.KeepAsync(machines.One);
        machines.Write(machines.One, "git/HEAD", "since"u8);

        await Machines.FetchAsync(machines.One);

        Assert.Equal("since", Machines.FilesOf(machines.One)["git/HEAD"]);
    }

    [Fact]
    public async Task RunOfWhichNothingWasKept_StaysAsItIs()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.Two, "git/HEAD", "from before there was a container"u8);

        await Machines.FetchAsync(machines.Two);

        Assert.Equal("from before there was a container", Machines.FilesOf(machines.Two)["git/HEAD"]);
    }

    [Fact]
    public async Task WhatIsHalfWrittenOrALock_IsNotKept()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "git/HEAD", "kept"u8);
        string[] others =
        [
            "git/packed-refs.lock", "git/hooks/pre-push", "git/landing-1.index", "git/objects/ab/tmp_obj_x1", "git/objects/pack/tmp_pack_x1", "snapshots/lock",
            "snapshots/half.building", $"results/changes.patch.{Guid.NewGuid():N}",
        ];
        foreach (string other in others)
        {
            machines.Write(machines.One, other, "not kept"u8);
        }

        File.CreateSymbolicLink(Machines.PathOf(machines.One, "git/link"), "HEAD");
        await Machines.KeepAsync(machines.One);
        await Machines.FetchAsync(machines.Two);

        Assert.Equal([("git/HEAD", "kept")], Machines.FilesOf(machines.Two).Select(file => (file.Key, file.Value)));
    }

    /// <summary>A ref of a time that was lost leads to what nobody has; of a setup, the record.</summary>
    [Fact]
    public async Task WhatRefersToOthersAndWasNotKept_IsTakenAway()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "git/HEAD", "ref: refs/heads/main"u8);
        await Machines.KeepAsync(machines.One);
        machines.Write(machines.Two, "git/refs/forks/000001", "lost"u8);
        machines.Write(machines.Two, "git/objects/ab/lost", "does no harm"u8);
        machines.Write(machines.Two, "snapshots/setup.json", "lost"u8);

        await Machines.FetchAsync(machines.Two);

        Assert.Equal(["git/HEAD", "git/objects/ab/lost"], Machines.FilesOf(machines.Two).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Sweep_LeavesWhatAFileRefersToAndTakesWhatNoneDoes()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "git/HEAD", "before"u8);
        await Machines.KeepAsync(machines.One);
        machines.Write(machines.One, "git/HEAD", "since"u8);
        await Machines.KeepAsync(machines.One);
        Assert.Equal(2, machines.Container.GetBlobs().Count());

        int deleted = await machines.Two.Payloads.SweepAsync(DateTimeOffset.MaxValue, CancellationToken.None);

        await Machines.FetchAsync(machines.Two);
        Assert.Equal((1, "since"), (deleted, Machines.FilesOf(machines.Two)["git/HEAD"]));
    }

    [Fact]
    public async Task PurgedRun_LeavesNoRowAndNoCopy()
    {
        await using Machines machines = await Machines.StartAsync(azurite);
        machines.Write(machines.One, "results/report.md", "a report"u8);
        await Machines.KeepAsync(machines.One);
        await Machines.FetchAsync(machines.Two);
        await machines.Two.Files.SweepAsync(CancellationToken.None);
        Assert.NotEmpty(Machines.FilesOf(machines.Two));
        await machines.One.FinishAsync();
        await machines.One.ExecuteAsync("DELETE FROM notices");
        await machines.One.Purges.BeginAsync(StorageRig.Run, "anna", "asked for", CancellationToken.None);

        await machines.Two.Files.SweepAsync(CancellationToken.None);
        await machines.Two.Purges.RemoveRecordsAsync(StorageRig.Run, CancellationToken.None);

        Assert.Empty(Machines.FilesOf(machines.Two));
        Assert.False(await machines.One.Files.HasAsync(StorageRig.Run, CancellationToken.None));
    }

    private static IEnumerable<BlobFault> FaultsOf(string? name) => name is null ? [] : [Enum.Parse<BlobFault>(name)];
}
