using System.Collections.Concurrent;
using Grpc.Core;
using Orchestrator.Agent.Runs.Purges;

namespace Orchestrator.Agent.Tests.Runs.Purges;

/// <summary>Purges that only note what was asked of them.</summary>
internal sealed class PlayedPurges : IPurgeStore
{
    private readonly ConcurrentQueue<string> _asked = [];

    /// <summary>Runs whose purge has begun.</summary>
    public IReadOnlyList<string> Begun { get; init; } = [];

    /// <summary>Runs that are due.</summary>
    public IReadOnlyList<string> Due { get; init; } = [];

    /// <summary>The run of which nothing can be removed.</summary>
    public string? Stuck { get; init; }

    /// <summary>Whether the runs' files are in this data folder.</summary>
    public bool IsHere { get; init; } = true;

    /// <summary>What is said to whoever begins the purge of a run.</summary>
    public Func<string, PurgeRuling> Rule { get; init; } = _ => new PurgeRuling.Free();

    /// <summary>What was asked, in order.</summary>
    public IReadOnlyList<string> Asked => [.. _asked];

    public Task<IReadOnlyList<string>> ListDueAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellationToken) => Task.FromResult(Due);

    public Task<PurgeRuling> LookAsync(string run, CancellationToken cancellationToken) => Task.FromResult(Rule(run));

    public Task<PurgeRuling> BeginAsync(string run, string person, string why, CancellationToken cancellationToken)
    {
        _asked.Enqueue($"begin {run}");
        return Task.FromResult(Rule(run));
    }

    public Task<bool> IsHereAsync(CancellationToken cancellationToken) => Task.FromResult(IsHere);

    public Task<IReadOnlyList<string>> ListBegunAsync(CancellationToken cancellationToken) => Task.FromResult(Begun);

    public Task RemoveRecordsAsync(string run, CancellationToken cancellationToken) =>
        run == Stuck ? throw new RpcException(new Status(StatusCode.FailedPrecondition, "The hub refuses.")) : Task.CompletedTask;

    public Task FinishAsync(string run, CancellationToken cancellationToken)
    {
        _asked.Enqueue($"finish {run}");
        return Task.CompletedTask;
    }
}
