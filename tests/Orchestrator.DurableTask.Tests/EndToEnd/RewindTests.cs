using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Orchestrator.DurableTask.Tests.EndToEnd;

/// <summary>Rewound orchestrations replay what is left of their histories, whatever shape their failure had.</summary>
public sealed class RewindTests
{
    private readonly ConcurrentQueue<string> _ran = new();
    private bool _isMended;

    [Fact]
    public async Task FanOut_RunsOnlyWhatFailed()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => AddStep(tasks)
            .AddOrchestratorFunc("Flow", async context => string.Concat(await Task.WhenAll(
                context.CallActivityAsync<string>("Step", "a"),
                context.CallActivityAsync<string>("Step", "b!"),
                context.CallActivityAsync<string>("Step", "c")))));

        Assert.Equal("ab!c", await RewindAsync(both));
        Assert.Equal(["a", "b!", "b!", "c"], _ran.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Chain_GoesOnWhereItBroke()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => AddStep(tasks)
            .AddOrchestratorFunc("Flow", async context =>
                await context.CallActivityAsync<string>("Step", "a")
                + await context.CallActivityAsync<string>("Step", "b!")
                + await context.CallActivityAsync<string>("Step", "c")));

        Assert.Equal("ab!c", await RewindAsync(both));
        Assert.Equal(["a", "b!", "b!", "c"], _ran);
    }

    [Fact]
    public async Task Retries_BeginAfresh()
    {
        TaskOptions twice = TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1)));
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => AddStep(tasks)
            .AddOrchestratorFunc("Flow", context => context.CallActivityAsync<string>("Step", "a!", twice)));

        Assert.Equal("a!", await RewindAsync(both));
        Assert.Equal(["a!", "a!", "a!"], _ran);
    }

    [Fact]
    public async Task Compensation_IsTakenBack()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => AddStep(tasks)
            .AddOrchestratorFunc("Flow", async context =>
            {
                try
                {
                    return await context.CallActivityAsync<string>("Step", "a!");
                }
                catch (TaskFailedException)
                {
                    await context.CallActivityAsync<string>("Step", "undo");
                    throw;
                }
            }));

        Assert.Equal("a!", await RewindAsync(both));
        Assert.Equal(["a!", "undo", "a!"], _ran);
    }

    [Fact]
    public async Task Child_IsRewoundAndAnswersItsParent()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => AddStep(tasks)
            .AddOrchestratorFunc("Child", async context =>
                await context.CallActivityAsync<string>("Step", "b") + await context.CallActivityAsync<string>("Step", "c!"))
            .AddOrchestratorFunc("Flow", async context =>
                await context.CallActivityAsync<string>("Step", "a") + await context.CallSubOrchestratorAsync<string>("Child")));

        Assert.Equal("abc!", await RewindAsync(both));
        Assert.Equal(["a", "b", "c!", "c!"], _ran);
    }

    [Fact]
    public async Task WhatHasNotFailed_IsRefused()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Flow", _ => Task.FromResult("well")));
        OrchestrationMetadata well = await both.RunAsync("Flow");

        await Assert.ThrowsAsync<InvalidOperationException>(() => both.Client.RewindInstanceAsync(well.InstanceId, "why not"));
        await Assert.ThrowsAsync<ArgumentException>(() => both.Client.RewindInstanceAsync("nobody", "why not"));
    }

    // A step with a mark fails until it is mended.
    private DurableTaskRegistry AddStep(DurableTaskRegistry tasks) => tasks.AddActivityFunc<string, string>("Step", (_, name) =>
    {
        _ran.Enqueue(name);
        return name.EndsWith('!') && !_isMended ? throw new InvalidOperationException(name) : name;
    });

    private async Task<string?> RewindAsync(HubAndWorker both)
    {
        OrchestrationMetadata failed = await both.RunAsync("Flow", step: TimeSpan.FromSeconds(1));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, failed.RuntimeStatus);
        _isMended = true;

        await both.Client.RewindInstanceAsync(failed.InstanceId, "mended");
        OrchestrationMetadata end = await both.EndAsync(failed.InstanceId, TimeSpan.FromSeconds(1));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        return end.ReadOutputAs<string>();
    }
}
