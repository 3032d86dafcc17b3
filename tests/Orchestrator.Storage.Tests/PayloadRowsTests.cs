using System.Security.Cryptography;
using Orchestrator.Agent.Stores;

namespace Orchestrator.Storage.Tests;

public sealed class PayloadRowsTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(PayloadRows.LongestRow, false)]
    [InlineData(PayloadRows.LongestRow + 1, true)]
    [InlineData(1_000_000, true)]
    public async Task Payload_IsReadBackAndLargeOnesAreFiles(int length, bool isFile)
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        byte[] content = RandomNumberGenerator.GetBytes(length);

        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", content, CancellationToken.None);
        BlobRef again = await rig.Payloads.PutAsync(StorageRig.Run, "output", content, CancellationToken.None);

        Assert.Equal(new BlobRef(Convert.ToHexStringLower(SHA256.HashData(content)), length, "output"), reference);
        Assert.Equal(reference, again);
        Assert.Equal(content, (await rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None)).ToArray());
        Assert.Equal(isFile ? 1 : 0, Files(rig).Length);
    }

    [Fact]
    public async Task FileChangedBehindOurBack_IsNotReturned()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None);
        byte[] damaged = new byte[100_000];
        damaged[50_000] = 1;
        await File.WriteAllBytesAsync(Assert.Single(Files(rig)), damaged);

        await Assert.ThrowsAsync<InvalidDataException>(() => rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None));
    }

    [Fact]
    public async Task FileGone_IsNotFound()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None);
        Directory.Delete(Path.Combine(rig.Data.Payloads, StorageRig.Run), recursive: true);

        await Assert.ThrowsAsync<FileNotFoundException>(() => rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None));
    }

    [Fact]
    public async Task PayloadOfAnotherRun_IsNotFound()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", "secret"u8.ToArray(), CancellationToken.None);

        await Assert.ThrowsAsync<FileNotFoundException>(() => rig.Payloads.GetAsync("r2", reference, CancellationToken.None));
    }

    private static string[] Files(StorageRig rig) =>
        Directory.Exists(rig.Data.Payloads) ? Directory.GetFiles(rig.Data.Payloads, "*", SearchOption.AllDirectories) : [];
}
