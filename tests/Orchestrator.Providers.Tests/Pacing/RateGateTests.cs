using Microsoft.Extensions.Time.Testing;
using Orchestrator.Providers.Pacing;

namespace Orchestrator.Providers.Tests.Pacing;

public sealed class RateGateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _clock = new();
    private readonly RateGate _gate;
    private readonly List<TimeSpan> _told = [];

    public RateGateTests() => _gate = new RateGate(_clock);

    [Fact]
    public async Task NothingKnown_EverythingPasses()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.Null(await Enter(1_000_000).WaitAsync(Bound));
        }

        Assert.Empty(_told);
    }

    [Fact]
    public async Task TokensThatDoNotFit_WaitForTheReset()
    {
        await LearnAsync(Left(tokens: 1_000, reset: 10));

        Assert.Null(await Enter(600).WaitAsync(Bound));
        Task<TimeSpan?> second = Enter(600);
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(second.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Null(await second.WaitAsync(Bound));
        Assert.Equal([TimeSpan.FromSeconds(10)], _told);
    }

    [Fact]
    public async Task AnswerThatSaysMoreIsLeft_EndsTheWait()
    {
        await LearnAsync(Left(tokens: 1_000, reset: 25));
        Assert.Null(await Enter(600).WaitAsync(Bound));
        Task<TimeSpan?> second = Enter(600);
        Assert.False(second.IsCompleted);

        _gate.Learn(600, Left(tokens: 900, reset: 25));

        Assert.Null(await second.WaitAsync(Bound));
    }

    [Fact]
    public async Task AnswerToAnother_DoesNotGiveBackWhatIsUnderWay()
    {
        Assert.Null(await Enter(600).WaitAsync(Bound));
        Assert.Null(await Enter(600).WaitAsync(Bound));

        _gate.Learn(600, Left(tokens: 1_000, reset: 10));

        Assert.False(Enter(600).IsCompleted);
    }

    [Fact]
    public async Task RequestsThatAreUsedUp_WaitForTheReset()
    {
        await LearnAsync(new RateNews(new Allowance(2, 1, TimeSpan.FromSeconds(5)), null));

        Assert.Null(await Enter(1).WaitAsync(Bound));
        Task<TimeSpan?>[] waiting = [Enter(1), Enter(1), Enter(1)];
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Task.WhenAll(waiting[..1]).WaitAsync(Bound);

        // One is still under way of the two that there are in each period.
        Assert.False(waiting[1].IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.False(waiting[2].IsCompleted);
    }

    [Fact]
    public async Task MoreThanThereEverIs_GoesWhenAllOfItIsThere()
    {
        await LearnAsync(Left(tokens: 1_000, reset: 10));

        Task<TimeSpan?> huge = Enter(5_000);
        Assert.False(huge.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Null(await huge.WaitAsync(Bound));
    }

    [Fact]
    public async Task WaitThatIsTooLong_IsLeftToTheCallerAtOnce()
    {
        await LearnAsync(Left(tokens: 0, reset: 300));

        Assert.Equal(TimeSpan.FromMinutes(5), await Enter(1).WaitAsync(Bound));
        Assert.Empty(_told);
    }

    [Fact]
    public async Task Held_HoldsEverybodyBack()
    {
        _gate.Hold(TimeSpan.FromSeconds(20));
        _gate.Hold(TimeSpan.FromSeconds(3));

        Task<TimeSpan?>[] waiting = [Enter(1), Enter(1)];
        _clock.Advance(TimeSpan.FromSeconds(19));
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal([null, null], await Task.WhenAll(waiting).WaitAsync(Bound));
    }

    [Fact]
    public async Task WhoComesFirst_GoesFirst()
    {
        await LearnAsync(Left(tokens: 0, reset: 10));

        // The small ones would fit sooner, and don't overtake.
        Task<TimeSpan?>[] waiting = [Enter(1_000), Enter(1_000), Enter(1)];
        for (int first = 0; first < waiting.Length; first++)
        {
            Assert.All(waiting[first..], one => Assert.False(one.IsCompleted));
            _clock.Advance(TimeSpan.FromSeconds(9.9));
            Assert.All(waiting[first..], one => Assert.False(one.IsCompleted));
            _clock.Advance(TimeSpan.FromSeconds(0.1));
            Assert.Null(await waiting[first].WaitAsync(Bound));
        }
    }

    [Fact]
    public async Task WhoGivesUp_MakesRoom()
    {
        await LearnAsync(Left(tokens: 100, reset: 10));
        using CancellationTokenSource stop = new();
        Task<TimeSpan?> first = _gate.EnterAsync(500, Patience, TellAsync, stop.Token);
        Task<TimeSpan?> second = Enter(50);
        Assert.False(second.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Bound));
        Assert.Null(await second.WaitAsync(Bound));
    }

    [Fact]
    public async Task PutBack_IsThereForTheNext()
    {
        await LearnAsync(Left(tokens: 100, reset: 10));
        Assert.Null(await Enter(80).WaitAsync(Bound));

        _gate.PutBack(80);

        Assert.Null(await Enter(80).WaitAsync(Bound));
    }

    private static RateNews Left(long tokens, int reset) => new(null, new Allowance(1_000, tokens, TimeSpan.FromSeconds(reset)));

    private async Task LearnAsync(RateNews news)
    {
        Assert.Null(await Enter(1).WaitAsync(Bound));
        _gate.Learn(1, news);
    }

    private Task<TimeSpan?> Enter(long tokens) => _gate.EnterAsync(tokens, Patience, TellAsync, CancellationToken.None);

    private Task TellAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        lock (_told)
        {
            _told.Add(wait);
        }

        return Task.CompletedTask;
    }
}
