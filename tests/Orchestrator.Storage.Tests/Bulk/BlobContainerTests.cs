using System.Security.Cryptography;
using Azure.Storage.Blobs;
using Microsoft.DurableTask;
using Orchestrator.Agent.Stores;
using Orchestrator.Storage.Bulk;
using Orchestrator.Testing;
using Orchestrator.Testing.Azurite;
using Xunit.Abstractions;

namespace Orchestrator.Storage.Tests.Bulk;

/// <summary>Large payloads on a storage service that fails in all the ways it can.</summary>
public sealed class BlobContainerTests(AzuriteFixture azurite, ITestOutputHelper output) : IClassFixture<AzuriteFixture>
{
    private static readonly BlobFault[] OfKeeping = [BlobFault.Unavailable, BlobFault.Silent, BlobFault.AnswerLost];

    private static readonly BlobFault[] OfReading = [BlobFault.Unavailable, BlobFault.Silent, BlobFault.AnswerLost, BlobFault.Truncated, BlobFault.Garbled];

    [Fact]
    public async Task Payload_IsABlobUnderTenantAndRun()
    {
        (BlobContainerClient container, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        await using StorageRig rig = await StorageRig.StartAsync(configure + (options => options.Tenant = "payments"));

        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None);

        Assert.Equal($"payments/r1/{reference.Hash}", Assert.Single(container.GetBlobs()).Name);
    }

    [Theory]
    [InlineData(nameof(BlobFault.Unavailable))]
    [InlineData(nameof(BlobFault.Silent))]
    [InlineData(nameof(BlobFault.AnswerLost))]
    public async Task FaultWhileKeeping_IsTriedAgain(string fault)
    {
        (BlobContainerClient container, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        await using StorageRig rig = await StorageRig.StartAsync(configure);
        byte[] content = RandomNumberGenerator.GetBytes(100_000);
        azurite.Faults.Do(Enum.Parse<BlobFault>(fault));

        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", content, CancellationToken.None);

        Assert.Equal(0, azurite.Faults.FaultsLeft);
        Assert.Equal(content, (await rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None)).ToArray());
        Assert.Single(container.GetBlobs());
    }

    [Theory]
    [InlineData(nameof(BlobFault.Unavailable))]
    [InlineData(nameof(BlobFault.Silent))]
    [InlineData(nameof(BlobFault.AnswerLost))]
    [InlineData(nameof(BlobFault.Truncated))]
    public async Task FaultWhileReading_IsTriedAgain(string fault)
    {
        await using StorageRig rig = await StartAsync();
        byte[] content = RandomNumberGenerator.GetBytes(100_000);
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", content, CancellationToken.None);
        azurite.Faults.Do(Enum.Parse<BlobFault>(fault));

        ReadOnlyMemory<byte> read = await rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None);

        Assert.Equal(0, azurite.Faults.FaultsLeft);
        Assert.Equal(content, read.ToArray());
    }

    [Fact]
    public async Task OneByteOfWhatIsReadIsAnotherOne_IsNotReturned()
    {
        await using StorageRig rig = await StartAsync();
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", RandomNumberGenerator.GetBytes(100_000), CancellationToken.None);
        azurite.Faults.Do(BlobFault.Garbled);

        InvalidDataException failure =
            await Assert.ThrowsAsync<InvalidDataException>(() => rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None));

        Assert.Contains($"{reference.Hash} of run r1 does not match its hash: 100000 bytes were kept, 100000 with the hash", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/payloads", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>The service is told the sum of what it should get.</summary>
    [Fact]
    public async Task OneByteOfWhatIsSentIsAnotherOne_IsNotKept()
    {
        (BlobContainerClient container, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        await using StorageRig rig = await StorageRig.StartAsync(configure);
        azurite.Faults.Do(BlobFault.SentGarbled);

        await Assert.ThrowsAsync<IOException>(() => rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None));

        Assert.Empty(container.GetBlobs());
    }

    [Fact]
    public async Task BlobReplacedByAnother_IsNotReturned()
    {
        (BlobContainerClient container, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        await using StorageRig rig = await StorageRig.StartAsync(configure);
        BlobRef reference = await rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None);
        await container.GetBlobClient($"default/r1/{reference.Hash}").UploadAsync(BinaryData.FromString("other"), overwrite: true);

        InvalidDataException failure =
            await Assert.ThrowsAsync<InvalidDataException>(() => rig.Payloads.GetAsync(StorageRig.Run, reference, CancellationToken.None));

        Assert.Contains("100000 bytes were kept, 5 with the hash", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>What is there already is not sent over again, and not replaced.</summary>
    [Fact]
    public async Task BlobThatIsThere_IsNotReplaced()
    {
        (BlobContainerClient container, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        await using StorageRig rig = await StorageRig.StartAsync(configure);
        BlobClient blob = container.GetBlobClient("default/r1/hash");
        await blob.UploadAsync(BinaryData.FromString("first"));

        await rig.Bulk.KeepAsync(StorageRig.Run, "hash", "second"u8.ToArray(), CancellationToken.None);

        Assert.Equal("first", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task OutagePastAllRetries_SaysWhatFailed()
    {
        await using StorageRig rig = await StartAsync(options => options.Retries = 1);
        azurite.Faults.Do(BlobFault.Unavailable, BlobFault.Unavailable);

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None));

        Assert.EndsWith("of run r1: it answered 503 ServerBusy.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoAnswerAtAll_SaysSo()
    {
        await using StorageRig rig = await StartAsync(options => (options.Retries, options.Timeout) = (0, TimeSpan.FromSeconds(1)));
        azurite.Faults.Do(BlobFault.Silent);

        IOException failure = await Assert.ThrowsAsync<IOException>(
            () => rig.Payloads.PutAsync(StorageRig.Run, "output", new byte[100_000], CancellationToken.None));

        Assert.EndsWith("no answer within 1 seconds.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoContainer_CheckSaysHowToMakeIt()
    {
        await using StorageRig rig = await StartAsync(options => options.Container = "nowhere");

        PayloadPlace place = await rig.Payloads.CheckAsync(CancellationToken.None);

        Assert.EndsWith("az storage container create --auth-mode login --account-name devstoreaccount1 --name nowhere", place.Fault, StringComparison.Ordinal);
    }

    /// <summary>An activity that meets an outage is repeated; all its attempts together last longer than five minutes.</summary>
    [Fact]
    public void OutageOfFiveMinutes_IsShorterThanAllRetries()
    {
        RetryPolicy policy = StepRetries.Durable.Retry!.Policy!;
        double pauses = Enumerable.Range(0, policy.MaxNumberOfAttempts - 1).Sum(attempt => policy.FirstRetryInterval.TotalSeconds * Math.Pow(policy.BackoffCoefficient, attempt));

        // The library takes up to a fifth off each of its pauses.
        double pausesOfOneAttempt = Enumerable.Range(0, new BlobOptions().Retries).Sum(retry => Math.Min(10, Math.Pow(2, retry))) * 0.8;

        Assert.True(pauses + (policy.MaxNumberOfAttempts * pausesOfOneAttempt) > TimeSpan.FromMinutes(5).TotalSeconds);
    }

    /// <summary>The service is killed and comes back while one is kept and one is read.</summary>
    [Fact]
    public async Task ServiceKilledAndStartedAgain_NothingFails()
    {
        await using AzuriteServer service = await AzuriteServer.StartAsync();
        await new BlobContainerClient(service.ConnectionString(), "payloads").CreateAsync();
        await using StorageRig rig = await StorageRig.StartAsync(options => (options.ConnectionVariable, options.Connection) = ("BLOBS", service.ConnectionString()));
        byte[] first = RandomNumberGenerator.GetBytes(100_000);
        byte[] second = RandomNumberGenerator.GetBytes(100_000);
        BlobRef kept = await rig.Payloads.PutAsync(StorageRig.Run, "output", first, CancellationToken.None);
        while (!service.HasWrittenDown(kept.Hash))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        }

        await service.KillAsync();
        Task<BlobRef> keeping = rig.Payloads.PutAsync(StorageRig.Run, "output", second, CancellationToken.None);
        Task<ReadOnlyMemory<byte>> reading = rig.Payloads.GetAsync(StorageRig.Run, kept, CancellationToken.None);
        await service.StartAgainAsync();

        Assert.Equal(first, (await reading).ToArray());
        Assert.Equal(second, (await rig.Payloads.GetAsync(StorageRig.Run, await keeping, CancellationToken.None)).ToArray());
    }

    /// <summary>Requests fail at random: what was kept is read back, and bytes that are not those are noticed by their hash.</summary>
    [Fact]
    public async Task FaultsAtRandom_LoseNothing()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        (BlobContainerClient container, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        int rounds = Rounds.Of(gate: 60, deep: 400);
        int garbled = 0;
        int noticed = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] content = new byte[70_000];
            random.NextBytes(content);
            BlobFault kept = OfKeeping[random.Next(OfKeeping.Length)];
            azurite.Faults.Do(kept);
            await Container(kept).KeepAsync(StorageRig.Run, $"{round}", content, CancellationToken.None);
            BlobFault fault = OfReading[round % OfReading.Length];
            azurite.Faults.Do(fault);

            byte[] read = await Container(fault).ReadAsync(StorageRig.Run, $"{round}", CancellationToken.None);

            Assert.Equal(0, azurite.Faults.FaultsLeft);
            bool isWhole = content.AsSpan().SequenceEqual(read);
            Assert.True(isWhole || fault == BlobFault.Garbled, $"{fault} in round {round}");
            garbled += fault == BlobFault.Garbled ? 1 : 0;
            noticed += isWhole ? 0 : 1;
        }

        // On a busy machine an answer may come too late to be read, and the next one is whole.
        Assert.True(noticed > garbled / 2, $"{noticed} of {garbled}");
        Assert.Equal(rounds, container.GetBlobs().Count());

        // Only silence is waited out: on a busy machine any other answer takes its time, and is the one that counts.
        BlobContainer Container(BlobFault fault)
        {
            var options = new BlobOptions();
            configure(options);
            options.Timeout = fault == BlobFault.Silent ? TimeSpan.FromMilliseconds(300) : options.Timeout;
            return new BlobContainer(options, TimeProvider.System, pause: TimeSpan.FromMilliseconds(10));
        }
    }

    [Theory]
    [InlineData("https://account.blob.core.windows.net/payloads", null, null, null)]
    [InlineData(null, "BLOBS", "UseDevelopmentStorage=true", null)]
    [InlineData(null, "BLOBS", null, "Payloads:Blobs:ConnectionVariable names the environment variable BLOBS, which is not set.")]
    [InlineData("https://account.blob.core.windows.net/payloads", "BLOBS", "x", "Payloads:Blobs:ContainerUrl and ConnectionVariable name two places")]
    [InlineData("http://account.blob.core.windows.net/payloads", null, null, "must be the https address of a container")]
    [InlineData("https://account.blob.core.windows.net/", null, null, "must be the https address of a container")]
    [InlineData("https://account.blob.core.windows.net/payloads?sig=secret", null, null, "is 'https://account.blob.core.windows.net/payloads'; it must be")]
    [InlineData(null, null, null, "Payloads:Blobs:RunFiles is true, and there is no container", true)]
    public void Address_IsChecked(string? url, string? variable, string? connection, string? fault, bool runFiles = false)
    {
        var options = new BlobOptions { ContainerUrl = url is null ? null : new Uri(url), ConnectionVariable = variable, Connection = connection, RunFiles = runFiles };

        string? said = new BlobAddressValidator().Validate(null, options).FailureMessage;

        Assert.Equal(fault is null, said is null);
        Assert.Contains(fault ?? string.Empty, said ?? string.Empty, StringComparison.Ordinal);
    }

    private async Task<StorageRig> StartAsync(Action<BlobOptions>? also = null)
    {
        (BlobContainerClient _, Action<BlobOptions> configure) = await azurite.MakeContainerAsync();
        return await StorageRig.StartAsync(configure + also);
    }
}
