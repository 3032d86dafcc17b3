using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Orchestrator.Protocol;
using Xunit.Abstractions;
using TaskFailureDetails = Microsoft.DurableTask.TaskFailureDetails;

namespace Orchestrator.Simulation.Tests.Sockets;

/// <summary>Work that no worker survives is given up after its attempts; everybody else's goes on.</summary>
public sealed class PoisonTests(ITestOutputHelper output)
{
    private const string Killer = "Killer";
    private const int Attempts = 5;
    private const int Others = 300;

    // Turns that never stop hold threads of the pool that hub, workers and client share here: it has these besides.
    static PoisonTests()
    {
        ThreadPool.GetMinThreads(out int threads, out int completionThreads);
        ThreadPool.SetMinThreads(threads + (2 * Attempts), completionThreads);
    }

    [Theory]
    [InlineData("orchestrator that kills its worker", "KillerOrchestrator", "WorkItemQuarantined")]
    [InlineData("activity that kills its worker", "CallsKiller", "WorkItemQuarantined")]
    [InlineData("orchestrator that never stops", "Endless", "WorkItemQuarantined")]
    [InlineData("input that cannot be read", "Counts", "JsonException")]
    [InlineData("activity's input that cannot be read", "CallsCount", "JsonException")]
    public async Task Poison_IsGivenUp_AndTheOthersGoOn(string what, string poison, string failure)
    {
        var handedOut = new Counter();
        using var stopped = new CancellationTokenSource();
        await using RealHub hub = await RealHub.StartAsync(
            tasks => Register(tasks, handedOut, stopped.Token),
            options =>
            {
                options.MaxAttempts = Attempts;
                options.LeaseDuration = TimeSpan.FromSeconds(5);

                // Much longer than the others' turns wait for each other on a busy machine.
                options.TurnLimit = TimeSpan.FromSeconds(4);
                options.RefusalBackoff = TimeSpan.FromMilliseconds(100);
            });
        await hub.AddWorkerAsync(tasks => Register(tasks, handedOut, stopped.Token), TimeProvider.System);
        using var channel = GrpcChannel.ForAddress(hub.Address);
        using var dead = new CancellationTokenSource();
        Task dying = DieAgainAndAgainAsync(channel.CreateCallInvoker(), handedOut, dead.Token);
        await WorkAsync(hub, Others);
        TimeSpan alone = await WorkAsync(hub, Others);
        long begin = Stopwatch.GetTimestamp();

        string id = await hub.Client.ScheduleNewOrchestrationInstanceAsync(poison, "{ not a number");
        TimeSpan beside = await WorkAsync(hub, Others);
        OrchestrationMetadata end = await hub.EndAsync(id);
        TimeSpan took = Stopwatch.GetElapsedTime(begin);

        await stopped.CancelAsync();
        await dead.CancelAsync();
        await dying;
        output.WriteLine(
            $"{what}: {end.RuntimeStatus} after {took.TotalSeconds:0.0} s and {handedOut.Value} attempts; "
            + $"the others at {100 * alone / beside:0} % ({Others / alone.TotalSeconds:0}/s alone, {Others / beside.TotalSeconds:0}/s beside it).");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains(failure, Types(end.FailureDetails), StringComparison.Ordinal);
        Assert.Equal(failure == "WorkItemQuarantined" ? Attempts : 0, handedOut.Value);
        Assert.True(took < TimeSpan.FromSeconds(60), $"It took {took}.");
        Assert.True(beside < alone * 10, "The others came to a halt.");
    }

    private static void Register(DurableTaskRegistry tasks, Counter handedOut, CancellationToken stopped) => tasks
        .AddOrchestratorFunc("Work", async context => await context.CallActivityAsync<int>("Act", 1) + await context.CallActivityAsync<int>("Act", 2))
        .AddOrchestratorFunc<string, int>("CallsKiller", (context, _) => context.CallActivityAsync<int>(Killer))
        .AddOrchestratorFunc<string, int>("CallsCount", (context, text) => context.CallActivityAsync<int>("Act", text))
        .AddOrchestratorFunc<int, int>("Counts", (_, number) => Task.FromResult(number))
        .AddOrchestratorFunc<string, int>("Endless", (_, _) =>
        {
            handedOut.Increment();
            stopped.WaitHandle.WaitOne();
            return Task.FromResult(0);
        })
        .AddActivityFunc<int, int>("Act", (_, number) => Task.FromResult(number));

    // A process that dies with what kills it, and is started anew each time.
    private static async Task DieAgainAndAgainAsync(CallInvoker invoker, Counter handedOut, CancellationToken stopped)
    {
        var client = new TaskHubSidecarService.TaskHubSidecarServiceClient(invoker);
        var request = new GetWorkItemsRequest
        {
            WorkItemFilters = new WorkItemFilters
            {
                Orchestrations = { new OrchestrationFilter { Name = "KillerOrchestrator" } },
                Activities = { new ActivityFilter { Name = Killer } },
            },
        };
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                using AsyncServerStreamingCall<WorkItem> stream = client.GetWorkItems(request, cancellationToken: stopped);
                while (await stream.ResponseStream.MoveNext(stopped))
                {
                    if (stream.ResponseStream.Current.RequestCase != WorkItem.RequestOneofCase.HealthPing)
                    {
                        handedOut.Increment();
                        break;
                    }
                }
            }
            catch (RpcException) when (stopped.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static async Task<TimeSpan> WorkAsync(RealHub hub, int count)
    {
        long begin = Stopwatch.GetTimestamp();
        string[] ids = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => hub.Client.ScheduleNewOrchestrationInstanceAsync("Work")));
        OrchestrationMetadata[] ends = await Task.WhenAll(ids.Select(hub.EndAsync));
        Assert.All(ends, end => Assert.Equal(3, end.ReadOutputAs<int>()));
        return Stopwatch.GetElapsedTime(begin);
    }

    private static string Types(TaskFailureDetails? failure) =>
        failure is null ? "" : $"{failure.ErrorType} {Types(failure.InnerFailure)}";

    private sealed class Counter
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public void Increment() => Interlocked.Increment(ref _value);
    }
}
