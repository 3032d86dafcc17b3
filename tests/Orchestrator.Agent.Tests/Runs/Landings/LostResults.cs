using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>Loses what came of a landing's steps the first time, as kills do: behind the plan, and between the push and its record.</summary>
internal sealed class LostResults
{
    private readonly ConcurrentDictionary<string, bool> _seen = [];
    private int _plans;
    private int _pushes;

    public (int Plans, int Pushes) Attempts => (Volatile.Read(ref _plans), Volatile.Read(ref _pushes));

    public void AddTo(IServiceCollection services)
    {
        services.Decorate<ITranscriptStore>(stored => new LosingTranscripts(stored, this));
        services.AddKeyedTransient<ITaskActivity>(
            nameof(PlanLanding), (provider, _) => new LosingActivity(ActivatorUtilities.CreateInstance<PlanLanding>(provider), this));
    }

    private static void LoseFirst(ref int attempts, bool isFirst)
    {
        Interlocked.Increment(ref attempts);
        if (isFirst)
        {
            throw new IOException("The worker was killed.");
        }
    }

    private sealed class LosingActivity(PlanLanding plan, LostResults losses) : ITaskActivity
    {
        public Type InputType => typeof(PlanLandingInput);

        public Type OutputType => typeof(LandingPlan);

        public async Task<object?> RunAsync(TaskActivityContext context, object? input)
        {
            LandingPlan made = await plan.RunAsync(context, (PlanLandingInput)input!);
            LoseFirst(ref losses._plans, losses._seen.TryAdd(nameof(PlanLanding), true));
            return made;
        }
    }

    private sealed class LosingTranscripts(ITranscriptStore inner, LostResults losses) : ITranscriptStore
    {
        public Task AppendAsync(string run, string key, IReadOnlyList<TranscriptEntry> entries, RunEvent? happened, CancellationToken cancellationToken)
        {
            if (happened?.Kind == RunEventKind.Pushed)
            {
                // The first time of each: the branch, and its pull request.
                LoseFirst(ref losses._pushes, losses._seen.TryAdd(key, true));
            }

            return inner.AppendAsync(run, key, entries, happened, cancellationToken);
        }

        public Task<IReadOnlyList<TranscriptEntry>> ReadAsync(string run, CancellationToken cancellationToken) => inner.ReadAsync(run, cancellationToken);

        public Task<IReadOnlyList<TranscriptEntry>> ReadAfterAsync(string run, int turn, CancellationToken cancellationToken) => inner.ReadAfterAsync(run, turn, cancellationToken);
    }
}
