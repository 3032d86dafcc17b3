using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Storage.Tests;

public sealed class TranscriptRowsTests
{
    [Fact]
    public async Task Entries_AreReadInTheirOrderByteForByte()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        byte[] large = new byte[300_000];
        Random.Shared.NextBytes(large);
        TranscriptEntry[] entries =
        [
            TranscriptEntry.Instructions("be good\n"), TranscriptEntry.User(0, "do it ü"),
            TranscriptEntry.ProviderItem(1, large, new Origin(Dialect.Responses, "gpt-5.5")),
            TranscriptEntry.Observation(1, "call", string.Empty), TranscriptEntry.ProviderItem(1, large, new Origin(Dialect.Chat, "local/qwen")),
        ];

        await rig.Transcripts.AppendAsync(StorageRig.Run, "a", entries[..2], null, CancellationToken.None);
        await rig.Transcripts.AppendAsync(StorageRig.Run, "b", entries[2..], null, CancellationToken.None);

        IReadOnlyList<TranscriptEntry> read = await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None);
        Assert.Equal(entries.Select(Facts), read.Select(Facts));
    }

    [Fact]
    public async Task ReadAfterATurn_LeavesOutWhatModelAndToolsSaidUntilThen()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        var origin = new Origin(Dialect.Responses, "gpt-5.5");
        TranscriptEntry[] entries =
        [
            TranscriptEntry.Instructions("be good"), TranscriptEntry.User(0, "do it"),
            TranscriptEntry.ProviderItem(1, "{}"u8.ToArray(), origin), TranscriptEntry.Observation(1, "c1", "one"),
            TranscriptEntry.ProviderItem(2, "{}"u8.ToArray(), origin), TranscriptEntry.User(2, "not yet"),
            TranscriptEntry.ProviderItem(3, "{}"u8.ToArray(), origin), TranscriptEntry.Observation(3, "c3", "three"),
        ];
        await rig.Transcripts.AppendAsync(StorageRig.Run, "a", entries, null, CancellationToken.None);

        IReadOnlyList<TranscriptEntry> read = await rig.Transcripts.ReadAfterAsync(StorageRig.Run, 2, CancellationToken.None);

        Assert.Equal([0, 1, 5, 6, 7], read.Select(entry => Array.FindIndex(entries, other => Facts(other) == Facts(entry))));
    }

    [Fact]
    public async Task SameKeyTwice_AppendsOnce()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await rig.Transcripts.AppendAsync(StorageRig.Run, "a", [TranscriptEntry.User(1, "one")], StorageRig.Event("one"), CancellationToken.None);

        await rig.Transcripts.AppendAsync(StorageRig.Run, "a", [TranscriptEntry.User(1, "two")], StorageRig.Event("two"), CancellationToken.None);

        Assert.Equal(["User 1  one"], (await rig.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None)).Select(Facts));
        Assert.Equal(["one"], await rig.EventsAsync(after: 1));
    }

    [Fact]
    public async Task TwoProcessesAppendTheSameKey_OneWins()
    {
        await using StorageRig rig = await StorageRig.StartAsync();
        await using StorageRig other = await rig.OpenAnotherAsync();

        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => (number % 2 == 0 ? rig : other).Transcripts.AppendAsync(
            StorageRig.Run, $"key {number / 4}", [TranscriptEntry.Observation(1, "c", $"{number}")], StorageRig.Event($"{number}"), CancellationToken.None)));

        Assert.Equal(10, (await other.Transcripts.ReadAsync(StorageRig.Run, CancellationToken.None)).Count);
        Assert.Equal(10, (await other.EventsAsync(after: 1)).Count);
        Assert.Equal(10, (await other.SummaryAsync()).ToolCalls);
    }

    private static string Facts(TranscriptEntry entry) =>
        $"{entry.Kind} {entry.Turn} {entry.CallId} {entry.Origin?.Dialect}{entry.Origin?.Model}{(entry.Body.Length > 1000 ? Convert.ToHexString(entry.Body.Span) : System.Text.Encoding.UTF8.GetString(entry.Body.Span))}";
}
