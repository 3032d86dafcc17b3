using System.Diagnostics;
using Orchestrator.Protocol;
using Orchestrator.TaskHub.Tests.Workers;
using Orchestrator.Testing;
using Orchestrator.Testing.Postgres;
using Xunit.Abstractions;

namespace Orchestrator.TaskHub.Tests.Postgres;

/// <summary>
/// Two hubs, two workers and clients at work while server, sessions, commits and hubs break at random: what was
/// acknowledged is there, nothing is there twice, and everything ends. ORCHESTRATOR_SEED repeats a run.
/// </summary>
public sealed class PostgresFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Instances = 8;
    private const int Events = 3;

    // What is promised is 15 seconds; a machine that builds something else meanwhile may take longer.
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    private readonly List<SharedHub> _hubs = [];
    private PostgresCluster _cluster = null!;
    private string _database = null!;

    public async Task InitializeAsync()
    {
        _cluster = await PostgresCluster.StartAsync();
        _database = await _cluster.CreateDatabaseAsync();
        _hubs.Add(await SharedHub.StartAsync(_cluster, _database, Lease));
        _hubs.Add(await SharedHub.StartAsync(_cluster, _database, Lease));
    }

    public async Task DisposeAsync()
    {
        foreach (SharedHub hub in _hubs)
        {
            await hub.DisposeAsync();
        }

        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task WhateverBreaks_WhatWasAcknowledgedIsThereOnce()
    {
        int rounds = Rounds.Of(gate: 12, deep: 60);
        int seed = Setting("ORCHESTRATOR_SEED") ?? Random.Shared.Next();
        output.WriteLine($"seed {seed}, {rounds} rounds");
        var random = new Random(seed);
        await using var first = new FlowWorker(_hubs[0].Address);
        await using var second = new FlowWorker(_hubs[1].Address);
        using var client = new FlowClient(_hubs[0].Address, _hubs[1].Address);
        PostgresFault[] faults = Enum.GetValues<PostgresFault>();
        TimeSpan slowest = TimeSpan.Zero;
        int disturbed = 0;
        for (int round = 0; round < rounds; round++)
        {
            // Each kind in its turn, so that even a few rounds have them all.
            PostgresFault fault = faults[(round + seed % faults.Length + faults.Length) % faults.Length];
            List<Task<Run>> work = Enumerable.Range(0, Instances).Select(number => RunAsync(client, $"run-{round}-{number}")).ToList();
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(500)), TimeProvider.System);
            disturbed += work.Count(run => !run.IsCompleted);
            TimeSpan recovery = await BreakAsync(fault, client, $"after-{round}");
            slowest = recovery > slowest ? recovery : slowest;
            output.WriteLine($"round {round}: {fault}, recovered in {recovery.TotalSeconds:0.0} s");

            foreach (Run run in await Task.WhenAll(work))
            {
                Check(run, [.. first.Acknowledged.ToArray(), .. second.Acknowledged.ToArray()]);
            }
        }

        output.WriteLine($"slowest recovery {slowest.TotalSeconds:0.0} s; {disturbed} runs were under way when something broke");
        Assert.True(slowest < LongestRecovery, $"It took {slowest} to recover.");
        long commits = long.Parse(await _cluster.QueryAsync(_database, "SELECT commits FROM taskhub.ownership"));
        int epochs = int.Parse(await _cluster.QueryAsync(_database, "SELECT epoch FROM taskhub.ownership"));
        Assert.True(commits >= rounds * Instances, $"Only {commits} commits in {rounds} rounds.");
        Assert.True(disturbed >= rounds, $"Only {disturbed} runs were under way in {rounds} rounds.");
        Assert.True(epochs > rounds / faults.Length, $"Only {epochs} owners in {rounds} rounds.");
        Assert.Equal("0", await _cluster.QueryAsync(_database, "SELECT count(*) FROM taskhub.messages WHERE instance_key IN (SELECT instance_key FROM taskhub.ends)"));
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : null;

    private static void Check(Run run, IReadOnlyList<(string InstanceId, int TaskId, string Result)> acknowledged)
    {
        Assert.Equal(OrchestrationStatus.Completed, run.Status);
        List<TaskCompletedEvent> results = run.History.Select(happened => happened.TaskCompleted).OfType<TaskCompletedEvent>().ToList();
        Assert.Equal(Enumerable.Range(0, FlowWorker.Activities), results.Select(result => result.TaskScheduledId));
        Assert.Equal(
            Enumerable.Range(0, FlowWorker.Activities),
            run.History.Where(happened => happened.TaskScheduled is not null).Select(happened => happened.EventId));
        foreach ((_, int taskId, string result) in acknowledged.Where(answer => answer.InstanceId == run.InstanceId))
        {
            Assert.Equal(result, results[taskId].Result);
        }

        List<string> raised = run.History.Select(happened => happened.EventRaised?.Input).OfType<string>().ToList();
        Assert.Equal(raised.Distinct(), raised);
        Assert.Empty(run.Events.Except(raised));
        Assert.Single(run.History, happened => happened.ExecutionStarted is not null);
        Assert.Single(run.History, happened => happened.ExecutionCompleted is not null);
    }

    private static async Task<Run> RunAsync(FlowClient client, string instanceId)
    {
        await client.StartAsync(instanceId);
        var events = new List<string>();
        for (int number = 0; number < Events; number++)
        {
            events.Add(await client.RaiseAsync(instanceId, "go"));
        }

        events.Add(await client.RaiseAsync(instanceId, FlowWorker.End));

        OrchestrationState state = await client.EndAsync(instanceId);
        return new Run(instanceId, state.OrchestrationStatus, events, await client.HistoryAsync(instanceId));
    }

    /// <returns>How long it took until a start was acknowledged again.</returns>
    private async Task<TimeSpan> BreakAsync(PostgresFault fault, FlowClient client, string instanceId)
    {
        SharedHub owner = await OwnerAsync([.. _hubs]);
        long brokenAt = Stopwatch.GetTimestamp();
        switch (fault)
        {
            case PostgresFault.ServerRestarts:
                await _cluster.RestartAsync();
                break;
            case PostgresFault.SessionEnds:
                await _cluster.QueryAsync(
                    "postgres", $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{_database}' AND pid <> pg_backend_pid()");
                break;
            case PostgresFault.CommitNeverArrives:
                await MeetAsync(owner.Line, CommitFate.NeverArrives);
                break;
            case PostgresFault.CommitIsNotConfirmed:
                await MeetAsync(owner.Line, CommitFate.IsNotConfirmed);
                break;
            case PostgresFault.OwnerLeaves:
                await owner.StopAsync();
                await owner.StartAsync();
                break;
            case PostgresFault.OwnerDies:
                await owner.DieAndReturnAsync();
                break;
            case PostgresFault.OwnerFallsSilent:
                owner.Line.Freeze();
                await OwnerAsync(_hubs.Single(hub => hub != owner));
                owner.Line.Thaw();
                owner.Line.CutOnce();
                break;
        }

        await client.StartAsync(instanceId);
        await client.RaiseAsync(instanceId, FlowWorker.End);
        return Stopwatch.GetElapsedTime(brokenAt);
    }

    private static async Task<SharedHub> OwnerAsync(params SharedHub[] among)
    {
        using var patience = new CancellationTokenSource(LongestRecovery);
        while (true)
        {
            if (Array.Find(among, hub => hub.IsOwner) is { } owner)
            {
                return owner;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, patience.Token);
        }
    }

    // A hub that is idle commits as well, to say that it lives.
    private static Task MeetAsync(PostgresLine line, CommitFate fate)
    {
        var met = new TaskCompletionSource();
        line.Fate = () =>
        {
            line.Fate = () => CommitFate.Passes;
            met.TrySetResult();
            return fate;
        };
        return met.Task.Soon();
    }

    /// <summary>One instance as its client knows it, and as the hub tells of it.</summary>
    private sealed record Run(string InstanceId, OrchestrationStatus Status, IReadOnlyList<string> Events, IReadOnlyList<HistoryEvent> History);
}
