using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.DurableTask.Tests.Replay;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Worker;

public sealed class GrpcDurableTaskWorkerTests
{
    [Fact]
    public async Task Connected_HasSaidHowMuchAndWhatItTakes()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder
            .Configure(options =>
            {
                options.Concurrency.MaximumConcurrentActivityWorkItems = 3;
                options.Concurrency.MaximumConcurrentOrchestrationWorkItems = 5;
            })
            .AddTasks(tasks => tasks
                .AddActivityFunc<string, string>("Echo", (_, text) => text)
                .AddOrchestratorFunc<int, int>("Count", new TaskVersion("2"), (_, number) => Task.FromResult(number)))
            .UseWorkItemFilters());

        GetWorkItemsRequest subscription = await worker.Hub.AskedForAsync<GetWorkItemsRequest>();

        Assert.Equal(
            new GetWorkItemsRequest
            {
                MaxConcurrentActivityWorkItems = 3,
                MaxConcurrentOrchestrationWorkItems = 5,
                Capabilities = { WorkerCapability.HistoryStreaming },
                WorkItemFilters = new WorkItemFilters
                {
                    Activities = { new ActivityFilter { Name = "Echo" } },
                    Orchestrations = { new OrchestrationFilter { Name = "Count", Versions = { "2" } } },
                },
            },
            subscription);
    }

    [Fact]
    public async Task WithoutFilters_TakesEverything()
    {
        await using TestWorker worker = await TestWorker.StartAsync(_ => { });

        Assert.Null((await worker.Hub.AskedForAsync<GetWorkItemsRequest>()).WorkItemFilters);
    }

    [Fact]
    public async Task Activity_RunsWithServicesOfItsOwnScopeAndIsAnswered()
    {
        await using TestWorker worker = await TestWorker.StartAsync(
            builder => builder.AddTasks(tasks => tasks.AddActivity<Greet>()),
            services => services.AddScoped<Visitors>());

        worker.Send(new ActivityRequest { Name = "greet", TaskId = 1, Input = "[\"Ada\"]" }, "t1");
        worker.Send(new ActivityRequest { Name = "Greet", TaskId = 2, Input = "\"Bob\"" }, "t2");
        await worker.Hub.AskedForAsync<ActivityResponse>(2);

        Assert.Equal(
            [
                (1, "\"Hello Ada, visitor 1 of instance\"", "t1", "instance"),
                (2, "\"Hello Bob, visitor 1 of instance\"", "t2", "instance"),
            ],
            worker.Hub.Asked.OfType<ActivityResponse>()
                .OrderBy(response => response.TaskId)
                .Select(response => (response.TaskId, response.Result, response.CompletionToken, response.InstanceId)));
    }

    [Fact]
    public async Task StoppedMeanwhile_WhatIsNearlyDoneIsAnswered()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource<string> rest = new();
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(tasks => tasks.AddActivityFunc<string, string>("Work", (_, _) =>
        {
            begun.SetResult();
            return rest.Task;
        })));
        worker.Send(new ActivityRequest { Name = "Work", Input = "[\"\"]" });
        await begun.Task;

        Task stopping = worker.StopAsync();
        Assert.False(stopping.IsCompleted);
        rest.SetResult("done");
        await stopping;

        Assert.Equal("\"done\"", Assert.Single(worker.Hub.Asked.OfType<ActivityResponse>()).Result);
    }

    [Fact]
    public async Task AboutToStop_WhatComesIsGivenBackAndWhatIsAtWorkGoesOn()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource<string> rest = new();
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(tasks => tasks.AddActivityFunc<string, string>("Work", (_, _) =>
        {
            begun.SetResult();
            return rest.Task;
        })));
        worker.Send(new ActivityRequest { Name = "Work", Input = "[\"\"]" }, "first");
        await begun.Task;

        await worker.AnnounceStopAsync();
        worker.Send(new ActivityRequest { Name = "Work", Input = "[\"\"]" }, "second");
        AbandonActivityTaskRequest refused = await worker.Hub.AskedForAsync<AbandonActivityTaskRequest>();
        rest.SetResult("done");
        ActivityResponse done = await worker.Hub.AskedForAsync<ActivityResponse>();

        Assert.Equal(("second", "first", "\"done\""), (refused.CompletionToken, done.CompletionToken, done.Result));
    }

    [Fact]
    public async Task StoppedMeanwhile_WhatTakesLongIsLeftToTheHub()
    {
        TaskCompletionSource begun = new();
        await using TestWorker worker = await TestWorker.StartAsync(
            builder => builder.AddTasks(tasks => tasks.AddActivityFunc<string, string>("Work", (_, _) =>
            {
                begun.SetResult();
                return new TaskCompletionSource<string>().Task;
            })),
            services => services.Configure<GrpcDurableTaskWorkerOptions>(options => options.LongestDrain = TimeSpan.FromMilliseconds(1)));
        worker.Send(new ActivityRequest { Name = "Work", Input = "[\"\"]" });
        await begun.Task;

        await worker.StopAsync();

        Assert.Empty(worker.Hub.Asked.OfType<ActivityResponse>());
    }

    [Fact]
    public async Task ActivityThrows_ItsExceptionIsTheAnswer()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(tasks => tasks
            .AddActivityFunc<string>("Break", (_, text) => throw new IOException(text, new InvalidOperationException("cause")))));

        worker.Send(new ActivityRequest { Name = "Break", Input = "[\"disk full\"]" });
        ActivityResponse response = await worker.Hub.AskedForAsync<ActivityResponse>();

        Assert.Equal(("System.IO.IOException", "disk full"), (response.FailureDetails.ErrorType, response.FailureDetails.ErrorMessage));
        Assert.Equal("cause", response.FailureDetails.InnerFailure.ErrorMessage);
        Assert.False(response.FailureDetails.IsNonRetriable);
    }

    [Fact]
    public async Task UnknownActivity_FailsForGood()
    {
        await using TestWorker worker = await TestWorker.StartAsync(_ => { });

        worker.Send(new ActivityRequest { Name = "Nobody" });
        ActivityResponse response = await worker.Hub.AskedForAsync<ActivityResponse>();

        Assert.Equal(("ActivityTaskNotFound", true), (response.FailureDetails.ErrorType, response.FailureDetails.IsNonRetriable));
    }

    [Fact]
    public async Task UnknownOrchestrator_FailsForGood()
    {
        await using TestWorker worker = await TestWorker.StartAsync(_ => { });

        worker.Send(Turn(Started("Nobody")));
        OrchestratorResponse response = await worker.Hub.AskedForAsync<OrchestratorResponse>();

        Assert.Equal("OrchestratorTaskNotFound", response.Actions[0].CompleteOrchestration.FailureDetails.ErrorType);
    }

    [Fact]
    public async Task TurnWithoutAStart_FailsTheOrchestration()
    {
        await using TestWorker worker = await TestWorker.StartAsync(_ => { });

        worker.Send(Turn());
        OrchestratorResponse response = await worker.Hub.AskedForAsync<OrchestratorResponse>();

        Assert.Contains("incomplete", response.Actions[0].CompleteOrchestration.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HistoryTooLongForAMessage_IsFetched()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(tasks => tasks
            .AddOrchestratorFunc<int, int>("Call", (context, number) => context.CallActivityAsync<int>("Work", number))));
        var history = worker.Hub.Stream<StreamInstanceHistoryRequest>();
        history.TryWrite(new HistoryChunk { Events = { Began(), Started("Call", "7") } });
        history.TryWrite(new HistoryChunk
        {
            Events = { new HistoryEvent { EventId = 0, TaskScheduled = new TaskScheduledEvent { Name = "Work" } } },
        });
        history.Complete();

        WorkItem item = Turn(Began(), Happened.ActivityCompleted(0, 8).At(TestInstance.StartedAt));
        item.OrchestratorRequest.RequiresHistoryStreaming = true;
        item.OrchestratorRequest.ExecutionId = "e1";
        worker.Send(item);
        OrchestratorResponse response = await worker.Hub.AskedForAsync<OrchestratorResponse>();

        Assert.Equal(
            new StreamInstanceHistoryRequest { InstanceId = "instance", ExecutionId = "e1", ForWorkItemProcessing = true },
            worker.Hub.Asked.OfType<StreamInstanceHistoryRequest>().Single());
        Assert.Equal(("8", "token"), (response.Actions.Single().CompleteOrchestration.Result, response.CompletionToken));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.Internal)]
    public async Task AnswerMeetsAPassingTrouble_IsSentAgain(StatusCode trouble)
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(Echo));
        worker.Hub.Refuse<ActivityResponse>(trouble);
        worker.Hub.Refuse<ActivityResponse>(trouble);
        worker.Hub.Answer<ActivityResponse>(_ => new CompleteTaskResponse());

        worker.Send(new ActivityRequest { Name = "Echo", Input = "[\"x\"]" });
        await worker.Hub.AskedForAsync<ActivityResponse>(3, () => worker.Time.Advance(TimeSpan.FromMilliseconds(200)));

        Assert.Single(worker.Hub.Asked.OfType<ActivityResponse>().Distinct());
        Assert.Empty(worker.Hub.Asked.OfType<AbandonActivityTaskRequest>());
    }

    [Fact]
    public async Task AnswerIsRefused_ItemIsGivenBack()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(Echo));
        worker.Hub.Refuse<ActivityResponse>(StatusCode.NotFound);

        worker.Send(new ActivityRequest { Name = "Echo", Input = "[\"x\"]" }, "stale");
        AbandonActivityTaskRequest abandoned = await worker.Hub.AskedForAsync<AbandonActivityTaskRequest>();

        Assert.Equal("stale", abandoned.CompletionToken);
        Assert.Single(worker.Hub.Asked.OfType<ActivityResponse>());
    }

    [Fact]
    public async Task TroubleDoesNotPass_ItemIsGivenBackAfterTenAttempts()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(Echo));
        worker.Hub.Refuse<ActivityResponse>(StatusCode.Unavailable);

        worker.Send(new ActivityRequest { Name = "Echo", Input = "[\"x\"]" });
        await worker.Hub.AskedForAsync<AbandonActivityTaskRequest>(meanwhile: () => worker.Time.Advance(TimeSpan.FromSeconds(15)));

        Assert.Equal(10, worker.Hub.Asked.OfType<ActivityResponse>().Count());
    }

    [Fact]
    public async Task StreamEnds_ConnectsAgainWithAHello()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(Echo));
        await worker.Hub.AskedForAsync<GetWorkItemsRequest>();

        worker.EndStream();
        await worker.Hub.AskedForAsync<GetWorkItemsRequest>(2, () => worker.Time.Advance(TimeSpan.FromSeconds(1)));
        worker.Send(new ActivityRequest { Name = "Echo", Input = "[\"x\"]" });
        await worker.Hub.AskedForAsync<ActivityResponse>();

        Assert.Equal(2, worker.Hub.Asked.OfType<Google.Protobuf.WellKnownTypes.Empty>().Count());
    }

    [Fact]
    public async Task HubIsNotThere_KeepsTrying()
    {
        await using TestWorker worker = await TestWorker.StartAsync(
            builder => builder.AddTasks(Echo),
            services => ((FakeHub)services.Single(service => service.ServiceType == typeof(FakeHub)).ImplementationInstance!)
                .Refuse<Google.Protobuf.WellKnownTypes.Empty>(StatusCode.Unavailable));
        await worker.Hub.AskedForAsync<Google.Protobuf.WellKnownTypes.Empty>(7, () => worker.Time.Advance(TimeSpan.FromSeconds(30)));

        Assert.Empty(worker.Hub.Asked.OfType<GetWorkItemsRequest>());
    }

    [Fact]
    public async Task HubIsSilentForTwoMinutes_ConnectsAgain()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder.AddTasks(Echo));
        await worker.Hub.AskedForAsync<GetWorkItemsRequest>();

        for (int minute = 0; minute < 5; minute++)
        {
            worker.Send(new WorkItem { HealthPing = new HealthPing() });
            worker.Send(new ActivityRequest { Name = "Echo", TaskId = minute, Input = "[\"alive\"]" });
            await worker.Hub.AskedForAsync<ActivityResponse>(minute + 1);
            worker.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Single(worker.Hub.Asked.OfType<GetWorkItemsRequest>());
        await worker.Hub.AskedForAsync<GetWorkItemsRequest>(2, () => worker.Time.Advance(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task VersionOfAnother_GoesBackToTheHub()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder
            .AddTasks(Echo)
            .UseVersioning(Versions(DurableTaskWorkerOptions.VersionFailureStrategy.Reject)));

        worker.Send(new ActivityRequest { Name = "Echo", Version = "3" }, "activity");
        worker.Send(Turn(Started("Any", version: "3")));

        Assert.Equal("activity", (await worker.Hub.AskedForAsync<AbandonActivityTaskRequest>()).CompletionToken);
        Assert.Equal("token", (await worker.Hub.AskedForAsync<AbandonOrchestrationTaskRequest>()).CompletionToken);
    }

    [Fact]
    public async Task VersionOfAnotherThatShallFail_Fails()
    {
        await using TestWorker worker = await TestWorker.StartAsync(builder => builder
            .AddTasks(Echo)
            .UseVersioning(Versions(DurableTaskWorkerOptions.VersionFailureStrategy.Fail)));

        worker.Send(new ActivityRequest { Name = "Echo", Version = "3" });
        worker.Send(Turn(Started("Any", version: "3")));

        Assert.Equal("VersionMismatch", (await worker.Hub.AskedForAsync<ActivityResponse>()).FailureDetails.ErrorType);
        OrchestratorResponse turn = await worker.Hub.AskedForAsync<OrchestratorResponse>();
        Assert.Equal("VersionMismatch", turn.Actions[0].CompleteOrchestration.FailureDetails.ErrorType);
    }

    [Fact]
    public void NothingToTalkTo_IsSaidWhenTheHostStarts()
    {
        ServiceCollection services = new();
        services.AddLogging().AddDurableTaskWorker(_ => { });
        using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<Microsoft.Extensions.Hosting.IHostedService>());
    }

    private static void Echo(DurableTaskRegistry tasks) => tasks.AddActivityFunc<string, string>("Echo", (_, text) => text);

    private static DurableTaskWorkerOptions.VersioningOptions Versions(DurableTaskWorkerOptions.VersionFailureStrategy otherwise) => new()
    {
        Version = "2",
        MatchStrategy = DurableTaskWorkerOptions.VersionMatchStrategy.CurrentOrOlder,
        FailureStrategy = otherwise,
    };

    private static WorkItem Turn(params HistoryEvent[] events) => new()
    {
        OrchestratorRequest = new OrchestratorRequest { InstanceId = "instance", NewEvents = { events } },
        CompletionToken = "token",
    };

    private static HistoryEvent Began() =>
        new HistoryEvent { OrchestratorStarted = new OrchestratorStartedEvent() }.At(TestInstance.StartedAt);

    private static HistoryEvent Started(string name, string? input = null, string? version = null) => new HistoryEvent
    {
        ExecutionStarted = new ExecutionStartedEvent { Name = name, Input = input, Version = version },
    }.At(TestInstance.StartedAt);

    private sealed class Visitors
    {
        private int _count;

        public int Next() => ++_count;
    }

    private sealed class Greet(Visitors visitors) : TaskActivity<string, string>
    {
        public override Task<string> RunAsync(TaskActivityContext context, string input) =>
            Task.FromResult($"Hello {input}, visitor {visitors.Next()} of {context.InstanceId}");
    }
}
