using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Orchestrator.DurableTask.Tests.EndToEnd;

public sealed class HubAndWorkerTests
{
    [Fact]
    public async Task Activities_GiveTheirResultsToTheOrchestration()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddActivityFunc<List<int>, int>("Sum", (_, numbers) => numbers.Sum())
            .AddOrchestratorFunc<List<int>, int>("Add", async (context, numbers) =>
                await context.CallActivityAsync<int>("Sum", numbers) + await context.CallActivityAsync<int>("Sum", numbers.Take(1))));

        OrchestrationMetadata end = await both.RunAsync("Add", Enumerable.Range(1, 3));

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal(7, end.ReadOutputAs<int>());
        Assert.Equal([1, 2, 3], end.ReadInputAs<List<int>>()!);
    }

    [Fact]
    public async Task Timer_IsWaitedFor()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Rest", async context =>
            {
                DateTime start = context.CurrentUtcDateTime;
                await context.CreateTimer(TimeSpan.FromDays(10), CancellationToken.None);
                return context.CurrentUtcDateTime - start >= TimeSpan.FromDays(10);
            }));

        OrchestrationMetadata end = await both.RunAsync("Rest", step: TimeSpan.FromHours(2));

        Assert.Null(end.FailureDetails);
        Assert.True(end.ReadOutputAs<bool>());
    }

    [Fact]
    public async Task Events_AreReadInTheirOrderAlsoIfTheyComeEarly()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Listen", async context =>
            {
                context.SetCustomStatus("listening");
                await context.WaitForExternalEvent<string>("Start");
                return await context.WaitForExternalEvent<string>("Word") + await context.WaitForExternalEvent<string>("Word");
            }));
        string id = await both.Client.ScheduleNewOrchestrationInstanceAsync("Listen");
        await both.UntilAsync(id, metadata => metadata.SerializedCustomStatus == "\"listening\"");

        await both.Client.RaiseEventAsync(id, "word", "a");
        await both.Client.RaiseEventAsync(id, "word", "b");
        await both.Client.RaiseEventAsync(id, "start", "now");
        OrchestrationMetadata end = await both.EndAsync(id);

        Assert.Equal("ab", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task EventDoesNotCome_TheWaitEnds()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Listen", async context =>
            {
                try
                {
                    return await context.WaitForExternalEvent<string>("Word", TimeSpan.FromHours(1));
                }
                catch (TaskCanceledException)
                {
                    return "nothing";
                }
            }));

        OrchestrationMetadata end = await both.RunAsync("Listen", step: TimeSpan.FromMinutes(10));

        Assert.Equal("nothing", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task SubOrchestrations_AnswerTheirParent()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int, string>("Child", (context, number) => number < 0
                ? throw new InvalidOperationException("negative")
                : Task.FromResult($"{context.Parent!.Name} {number}"))
            .AddOrchestratorFunc("Parent", async context =>
            {
                string[] grown = await Task.WhenAll(
                    context.CallSubOrchestratorAsync<string>("Child", 1), context.CallSubOrchestratorAsync<string>("Child", 2));
                try
                {
                    return await context.CallSubOrchestratorAsync<string>("Child", -1);
                }
                catch (TaskFailedException e) when (e.FailureDetails.IsCausedBy<InvalidOperationException>())
                {
                    return $"{grown[0]}, {grown[1]}, {e.FailureDetails.ErrorMessage}";
                }
            }));

        OrchestrationMetadata end = await both.RunAsync("Parent");

        Assert.Equal("Parent 1, Parent 2, negative", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_KeepsUnreadEventsThroughGenerations()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc<string, string>("Collect", async (context, collected) =>
            {
                if (collected.Length == 10)
                {
                    return collected;
                }

                context.ContinueAsNew(collected + await context.WaitForExternalEvent<string>("Letter"));
                return collected;
            }));
        string id = await both.Client.ScheduleNewOrchestrationInstanceAsync("Collect", "");

        foreach (char letter in "abcdefghij")
        {
            await both.Client.RaiseEventAsync(id, "Letter", letter.ToString());
        }

        OrchestrationMetadata end = await both.EndAsync(id);
        Assert.Equal("abcdefghij", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Retry_CallsUntilItSucceeds()
    {
        int calls = 0;
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddActivityFunc("Flaky", _ => Interlocked.Increment(ref calls) < 3 ? throw new IOException("busy") : calls)
            .AddOrchestratorFunc("Insist", context => context.CallActivityAsync<int>(
                "Flaky", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromMinutes(1), 2)))));

        OrchestrationMetadata end = await both.RunAsync("Insist", step: TimeSpan.FromSeconds(30));

        Assert.Equal(3, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task RetryOfAChild_RunsItAgainUnderItsId()
    {
        int runs = 0;
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc<object?, int>("Child", (_, _) =>
                Task.FromResult(Interlocked.Increment(ref runs) < 2 ? throw new IOException("busy") : runs))
            .AddOrchestratorFunc("Insist", context => context.CallSubOrchestratorAsync<int>(
                "Child", TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMinutes(1))))));

        OrchestrationMetadata end = await both.RunAsync("Insist", step: TimeSpan.FromSeconds(30));

        Assert.Equal(2, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task UnhandledFailure_IsTheOrchestrationsFailure()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddActivityFunc<string>("Break", (_, _) => throw new IOException("disk full"))
            .AddOrchestratorFunc("Fail", context => context.CallActivityAsync("Break", "x")));

        OrchestrationMetadata end = await both.RunAsync("Fail");

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.True(end.FailureDetails!.IsCausedBy<TaskFailedException>());
        Assert.True(end.FailureDetails.InnerFailure!.IsCausedBy<IOException>());
    }

    [Fact]
    public async Task Terminate_EndsParentAndChildren()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Child", context => context.WaitForExternalEvent<string>("Never"))
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync<string>(
                "Child", new SubOrchestrationOptions(instanceId: "child"))));
        string id = await both.Client.ScheduleNewOrchestrationInstanceAsync("Parent");
        await both.UntilAsync("child", metadata => metadata.IsRunning);

        await both.Client.TerminateInstanceAsync(id, new TerminateInstanceOptions("enough", Recursive: true));
        OrchestrationMetadata parent = await both.EndAsync(id);
        OrchestrationMetadata child = await both.EndAsync("child");

        Assert.Equal(
            (OrchestrationRuntimeStatus.Terminated, OrchestrationRuntimeStatus.Terminated), (parent.RuntimeStatus, child.RuntimeStatus));
        Assert.Equal("enough", parent.ReadOutputAs<string>());
    }

    [Fact]
    public async Task SuspendedInstance_GoesOnOnlyWhenResumed()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddOrchestratorFunc("Listen", context => context.WaitForExternalEvent<string>("Word")));
        string id = await both.Client.ScheduleNewOrchestrationInstanceAsync("Listen");
        await both.Client.WaitForInstanceStartAsync(id);

        await both.Client.SuspendInstanceAsync(id, "lunch");
        await both.UntilAsync(id, metadata => metadata.RuntimeStatus == OrchestrationRuntimeStatus.Suspended);
        await both.Client.RaiseEventAsync(id, "Word", "kept");
        await both.Client.ResumeInstanceAsync(id);
        OrchestrationMetadata end = await both.EndAsync(id);

        Assert.Equal("kept", end.ReadOutputAs<string>());
    }

    [Fact]
    public async Task WorkerIsReplacedInTheMiddle_TheOrchestrationGoesOn()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddActivityFunc<int, int>("Next", (_, number) => number + 1)
            .AddOrchestratorFunc("Count", async context =>
            {
                int count = 0;
                for (int i = 0; i < 5; i++)
                {
                    count = await context.CallActivityAsync<int>("Next", count);
                    context.SetCustomStatus(count);
                    await context.WaitForExternalEvent<string>("Go");
                }

                return count;
            }));
        string id = await both.Client.ScheduleNewOrchestrationInstanceAsync("Count");

        for (int i = 1; i <= 5; i++)
        {
            await both.UntilAsync(id, metadata => metadata.SerializedCustomStatus == $"{i}");
            await both.ReplaceWorkerAsync();
            await both.Client.RaiseEventAsync(id, "Go", "on");
        }

        Assert.Equal(5, (await both.EndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task HistoryOfMegabytes_IsReplayed()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddActivityFunc<int, string>("Fill", (_, size) => new string('x', size))
            .AddOrchestratorFunc("Grow", async context =>
            {
                int total = 0;
                for (int i = 0; i < 20; i++)
                {
                    total += (await context.CallActivityAsync<string>("Fill", 250_000)).Length;
                }

                return total;
            }));

        OrchestrationMetadata end = await both.RunAsync("Grow");

        Assert.Equal(5_000_000, end.ReadOutputAs<int>());
    }

    [Fact]
    public async Task TurnOfMegabytes_ReachesTheHubInParts()
    {
        await using HubAndWorker both = await HubAndWorker.StartAsync(tasks => tasks
            .AddActivityFunc<string, int>("Measure", (_, text) => text.Length)
            .AddOrchestratorFunc("Spread", async context =>
            {
                string text = new('x', 400_000);
                return (await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => context.CallActivityAsync<int>("Measure", text)))).Sum();
            }));

        OrchestrationMetadata end = await both.RunAsync("Spread");

        Assert.Equal(8_000_000, end.ReadOutputAs<int>());
    }
}
