using System.Globalization;
using Orchestrator.Reliability.Tests.Invariants;
using Orchestrator.Reliability.Tests.Processes;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.Testing.Secrets;

namespace Orchestrator.Reliability.Tests.Failpoints;

/// <summary>One process dies at one place, at the n-th visit or n times in a row, and is started again; everything must end right.</summary>
/// <param name="Place">The failpoint's name.</param>
/// <param name="Visit">Which visit is the last; how often, for a place that a process passes once.</param>
internal sealed record FailpointRound(string Place, int Visit)
{
    private static readonly TimeSpan LongestWaitForDeath = TimeSpan.FromSeconds(30);

    // Each copy comes to each place at least once.
    private int Copies => Visit;

    private bool IsOfWorker => Place.StartsWith("worker.", StringComparison.Ordinal);

    private bool IsPassedOnce => Place.Contains(".start.", StringComparison.Ordinal);

    // Only a process that takes up what another has left comes there.
    private bool NeedsAFormerLife => IsPassedOnce || Place.Contains(".history.", StringComparison.Ordinal);

    private bool NeedsLargeAnswers => Place.Contains("chunk-kept", StringComparison.Ordinal);

    private bool NeedsManyWorkers => Place.StartsWith("hub.worker.", StringComparison.Ordinal);

    /// <summary>Reads <c>NAME:n</c>.</summary>
    public static FailpointRound Parse(string text) => new(text.Split(':')[0], int.Parse(text.Split(':')[1], CultureInfo.InvariantCulture));

    /// <returns>What is wrong.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        using var folder = new SweptFolder("failpoint-");
        var hub = new HubSettings(Path.Combine(folder.Path, "hub.db"), Ports.Free());
        var worker = new WorkerSettings(hub.Address, folder.Path);
        using var client = new HubClient(hub.Address);
        var workload = new Workload(client, folder.Path);
        int deaths = 0;
        await using (await (IsOfWorker ? hub.StartAsync() : worker.StartAsync()))
        {
            if (NeedsAFormerLife)
            {
                await using var former = new Respawned(IsOfWorker ? worker.Arguments() : hub.Arguments());
                await workload.PrepareAsync(Copies);
            }

            await using Respawned doomed = Doomed(IsOfWorker ? worker.Arguments() : hub.Arguments());
            await Task.WhenAll(
                NeedsAFormerLife ? workload.FinishAsync(Copies) : Task.CompletedTask,
                NeedsLargeAnswers ? workload.RunLargeAsync() : workload.RunAsync(Copies),
                NeedsManyWorkers ? workload.ComeAndGoAsync(Copies) : Task.CompletedTask);
            await UntilDeadAsync(doomed);
            deaths = doomed.Deaths;
        }

        return
        [
            .. deaths == Wanted ? [] : (string[])[$"it died {deaths} times, not {Wanted}: the place is not exercised"],
            .. workload.WrongResults,
            .. await HubInvariants.ViolationsAsync(hub.Database, client),
            .. TooManyEffects(folder.Path),
        ];
    }

    public override string ToString() => $"{Place}:{Visit.ToString(CultureInfo.InvariantCulture)}";

    private int Wanted => IsPassedOnce ? Visit : 1;

    private Respawned Doomed(IEnumerable<string> arguments) =>
        new(arguments, IsPassedOnce ? $"{Place}:1" : $"{this}", Wanted);

    private async Task UntilDeadAsync(Respawned doomed)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        while (doomed.Deaths < Wanted && TimeProvider.System.GetElapsedTime(startedAt) < LongestWaitForDeath)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    // One death repeats an execution once; those of instances that run several times under one id say nothing.
    private IEnumerable<string> TooManyEffects(string folder) =>
        from effect in EffectLog.Read(folder)
        where !effect.Key.InstanceId.StartsWith("repeated", StringComparison.Ordinal)
            && !effect.Key.InstanceId.StartsWith("early", StringComparison.Ordinal)
            && effect.Value > 1 + Wanted
        select $"I1: step {effect.Key.Step} of {effect.Key.InstanceId} was executed {effect.Value} times with {Wanted} deaths";
}
