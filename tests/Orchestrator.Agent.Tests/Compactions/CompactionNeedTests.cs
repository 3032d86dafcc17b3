using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Tests.Compactions;

public sealed class CompactionNeedTests
{
    [Theory]
    [InlineData(CompactionState.Active, false, 1_001, true)]
    [InlineData(CompactionState.Failed, false, 1_250, false)]
    [InlineData(CompactionState.Failed, false, 1_251, true)]
    [InlineData(CompactionState.Undone, false, 2_500, false)]
    [InlineData(CompactionState.Undone, false, 2_501, true)]
    public void AfterOneThatWasOfNoUseOrUndone_TheConversationMustGrow(CompactionState state, bool isProviderFault, long tokens, bool isDue) =>
        Assert.Equal(isDue, CompactionNeed.IsDue(tokens, Newest(state) with { IsProviderFault = isProviderFault }, window: 10_000));

    /// <summary>Growth is waited for only as long as the next request fits.</summary>
    [Theory]
    [InlineData(CompactionState.Failed, 1_080, false)]
    [InlineData(CompactionState.Failed, 1_081, true)]
    [InlineData(CompactionState.Undone, 1_080, false)]
    [InlineData(CompactionState.Undone, 1_081, true)]
    public void NearTheWindow_ItIsDueAllTheSame(CompactionState state, long tokens, bool isDue) =>
        Assert.Equal(isDue, CompactionNeed.IsDue(tokens, Newest(state), window: 1_200));

    [Fact]
    public void First_IsDueAtOnce() => Assert.True(CompactionNeed.IsDue(1, newest: null, window: 1_000));

    [Theory]
    [InlineData(1000, 700, true)]
    [InlineData(1000, 701, false)]
    [InlineData(1000, 2000, false)]
    public void ThirtyPerCent_AreTheLeast(long before, long after, bool isEnough) => Assert.Equal(isEnough, ShrinkGuard.FreesEnough(before, after));

    /// <summary>Pictures count by themselves, however few tokens they take: no provider takes any number of them.</summary>
    [Theory]
    [InlineData(79, 1_000, false)]
    [InlineData(80, 1_000, true)]
    [InlineData(15, 1 << 20, false)]
    [InlineData(16, 1 << 20, true)]
    public void ManyOrLargeScreenshots_AreTooMany(int count, int bytes, bool isTooMany) => Assert.Equal(
        isTooMany, CompactionNeed.ShowsTooManyScreens(Enumerable.Range(1, count).Select(turn => TranscriptEntry.Screenshot(turn, $"c{turn}", new byte[bytes]))));

    [Fact]
    public void TwiceOfNoUseInARow_IsStuckUntilAPersonHasItGoOn()
    {
        CompactionProgress once = new CompactionProgress().After(1_000, isEstimate: false, refusal: null).After(CompactionOutcome.Futile);
        CompactionProgress twice = once.After(CompactionOutcome.PutOff).After(CompactionOutcome.Futile);

        Assert.Equal((false, true, false), (once.IsStuck, twice.IsStuck, twice.GoneOn().IsStuck));
        Assert.False(once.After(CompactionOutcome.Compacted).After(CompactionOutcome.Futile).IsStuck);
        Assert.Equal((null, 4), (twice.Tokens, twice.Next));
    }

    [Fact]
    public void NotDueAnyMore_IsAskedAgainByTheNextAnswer()
    {
        CompactionProgress progress = new CompactionProgress().After(1_000, isEstimate: false, refusal: null).After(CompactionOutcome.NotDue);

        Assert.Equal((null, 1), (progress.Tokens, progress.Next));
    }

    [Fact]
    public void Unaffordable_IsStillWanted()
    {
        CompactionProgress progress = new CompactionProgress().After(1_000, isEstimate: false, refusal: null).After(CompactionOutcome.IsUnaffordable);

        Assert.Equal((1_000L, 1), (progress.Tokens, progress.Next));
    }

    private static Compaction Newest(CompactionState state) =>
        new() { RunId = "r1", Number = 1, Turn = 3, State = state, TokensCounted = 1_000, TokensUndone = state == CompactionState.Undone ? 2_000 : null };
}
