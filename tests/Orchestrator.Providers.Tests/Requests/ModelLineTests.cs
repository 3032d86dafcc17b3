using System.ClientModel.Primitives;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Requests;
using Orchestrator.Providers.Tests.Pacing;

namespace Orchestrator.Providers.Tests.Requests;

public sealed class ModelLineTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);
    private static readonly Attempt.Failed Down = new(ProviderFailure.Overloaded, IsTransient: true, "down");
    private static readonly Attempt.Failed Refused = new(ProviderFailure.Refused, IsTransient: false, "refused");

    private readonly FakeTimeProvider _clock = new();
    private readonly ModelLine _line;
    private readonly List<string> _told = [];
    private int _sent;

    public ModelLineTests() => _line = new ModelLine(new AskingOptions(), _clock);

    [Fact]
    public async Task OneRunsTurnAndCompaction_DoNotBreakTheLine()
    {
        for (int attempt = 1; attempt <= 12; attempt++)
        {
            Assert.Same(Down, await SendAsync(Down).WaitAsync(Bound));
            Assert.Equal(attempt, _sent);
        }
    }

    [Fact]
    public async Task FiveOfSixThatFail_DoNotBreakTheLine()
    {
        for (int attempt = 1; attempt <= 120; attempt++)
        {
            await SendAsync(attempt % 6 == 0 ? Refused : Down).WaitAsync(Bound);
        }

        Assert.Equal(120, _sent);
    }

    [Fact]
    public async Task RateLimits_DoNotBreakTheLine()
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            await SendAsync(new Attempt.Failed(ProviderFailure.RateLimited, IsTransient: true, "429")).WaitAsync(Bound);
        }

        Assert.Equal(100, _sent);
    }

    [Fact]
    public async Task FailuresOfManyRuns_BreakTheLineUntilOneRequestSucceeds()
    {
        await BreakAsync();
        TaskCompletionSource<Attempt> probe = new();
        Task<Attempt>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => SendAsync(probe.Task))];
        Assert.Equal(ModelLine.LeastFailures, _sent);

        await AdvanceUntilAsync(() => Volatile.Read(ref _sent) > ModelLine.LeastFailures);

        // One tries it, whoever else wants to.
        Assert.Equal(ModelLine.LeastFailures + 1, _sent);
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        probe.SetResult(Refused);
        await AdvanceUntilAsync(() => waiting.All(one => one.IsCompleted));

        Assert.All(await Task.WhenAll(waiting), one => Assert.Same(Refused, one));
        Assert.Equal(ModelLine.LeastFailures + 5, _sent);
        Assert.Contains(_told, text => text.Contains("fails nearly all requests", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LineThatStaysBroken_IsLeftToTheCallerUnsent()
    {
        await BreakAsync();
        TaskCompletionSource<Attempt> probe = new();
        Task<Attempt>[] waiting = [SendAsync(probe.Task), SendAsync(probe.Task)];

        // The one that tries it hangs.
        await AdvanceUntilAsync(() => waiting.Any(one => one.IsCompleted));

        Attempt.Failed left = Assert.IsType<Attempt.Failed>(await waiting.Single(one => one.IsCompleted));
        Assert.True(left.IsHeldBack);
        Assert.True(left.RetryAfter > TimeSpan.Zero);
        Assert.Equal(ModelLine.LeastFailures + 1, _sent);
        probe.SetResult(Down);
    }

    [Fact]
    public async Task RetryAfterOfOneRun_HoldsTheOthersBack()
    {
        await SendAsync(new Attempt.Failed(ProviderFailure.RateLimited, IsTransient: true, "429") { RetryAfter = TimeSpan.FromSeconds(10) })
            .WaitAsync(Bound);

        Task<Attempt> other = SendAsync(Refused);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal((1, false), (_sent, other.IsCompleted));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(Refused, await other.WaitAsync(Bound));
        Assert.Equal(["the model is asked in 10.0 s: its rate limit is reached"], _told);
    }

    [Fact]
    public async Task WaitBeyondTheLongest_IsHeldBackUnsent()
    {
        await SendAsync(Refused, AnswerHeaders.OfTokens(1_000, 0, "6m0s")).WaitAsync(Bound);

        Attempt.Failed left = Assert.IsType<Attempt.Failed>(await SendAsync(Refused).WaitAsync(Bound));

        Assert.Equal(
            (true, true, TimeSpan.FromMinutes(6), ProviderFailure.RateLimited), (left.IsHeldBack, left.IsTransient, left.RetryAfter, left.Failure));
        Assert.Equal(1, _sent);
    }

    private async Task BreakAsync()
    {
        for (int attempt = 0; attempt < ModelLine.LeastFailures; attempt++)
        {
            await SendAsync(Down).WaitAsync(Bound);
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> condition)
    {
        // Two minutes of the line's time; what a step sets going is given the moment that it takes.
        for (int second = 0; second < 120 && !condition(); second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            for (int look = 0; look < 20 && !condition(); look++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }

        Assert.True(condition());
    }

    private Task<Attempt> SendAsync(Attempt result, PipelineResponseHeaders? headers = null) => SendAsync(Task.FromResult(result), headers);

    private Task<Attempt> SendAsync(Task<Attempt> result, PipelineResponseHeaders? headers = null) => _line.SendAsync(
        tokens: 100,
        (text, _) =>
        {
            lock (_told)
            {
                _told.Add(text);
            }

            return Task.CompletedTask;
        },
        (heard, _) =>
        {
            Interlocked.Increment(ref _sent);
            if (headers is not null)
            {
                heard(headers);
            }

            return result;
        },
        CancellationToken.None);
}
