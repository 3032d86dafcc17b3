using Microsoft.Extensions.Time.Testing;
using Orchestrator.Tools.Supervision;

namespace Orchestrator.Tools.Tests.Supervision;

public sealed class CommandStartsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);
    private readonly FakeTimeProvider _time = new();
    private readonly CommandStarts _starts;

    public CommandStartsTests() => _starts = new CommandStarts(_time);

    [Fact]
    public async Task Each_processor_has_a_turn_and_the_next_waits_for_the_end_of_one()
    {
        List<StartTurn> turns = await AllAsync();
        Task<StartTurn> next = _starts.TurnAsync(CancellationToken.None);
        Assert.False(next.IsCompleted);

        turns[0].Dispose();

        turns[0] = await next;
        turns.ForEach(turn => turn.Dispose());
    }

    [Fact]
    public async Task Begun_TheTurnEndsSoon()
    {
        List<StartTurn> turns = await AllAsync();
        Task<StartTurn> next = _starts.TurnAsync(CancellationToken.None);

        turns[0].Begun();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        turns[0].Begun(); // Said with every look; it moves nothing.
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(50));

        (await next).Dispose();
        turns.ForEach(turn => turn.Dispose());
    }

    [Fact]
    public async Task Nothing_is_seen_of_a_start_and_others_go_on()
    {
        List<StartTurn> turns = await AllAsync();
        Task<StartTurn> next = _starts.TurnAsync(CancellationToken.None);

        _time.Advance(Long);

        (await next).Dispose();
        turns.ForEach(turn => turn.Dispose());
    }

    [Fact]
    public async Task A_turn_is_given_back_once()
    {
        List<StartTurn> turns = await AllAsync();
        turns[0].Begun();
        _time.Advance(Long);
        turns.ForEach(turn => turn.Dispose());
        turns.ForEach(turn => turn.Dispose());

        turns = await AllAsync();

        using CancellationTokenSource stop = new();
        Task<StartTurn> next = _starts.TurnAsync(stop.Token);
        Assert.False(next.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        turns.ForEach(turn => turn.Dispose());
    }

    private async Task<List<StartTurn>> AllAsync()
    {
        List<StartTurn> turns = [];
        for (int turn = 0; turn < Environment.ProcessorCount; turn++)
        {
            turns.Add(await _starts.TurnAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10)));
        }

        return turns;
    }
}
