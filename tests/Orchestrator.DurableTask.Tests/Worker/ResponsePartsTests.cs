using Microsoft.DurableTask.Worker.Grpc;
using Orchestrator.Protocol;

namespace Orchestrator.DurableTask.Tests.Worker;

public sealed class ResponsePartsTests
{
    private const int Limit = 1024 * 1024;

    [Fact]
    public void AnswerThatFits_StaysWhole()
    {
        OrchestratorResponse response = Response(1000, 1000);

        Assert.Same(response, Assert.Single(ResponseParts.Of(response, Limit)));
    }

    [Fact]
    public void AnswerTooLarge_IsCutIntoNumberedPartsThatFit()
    {
        OrchestratorResponse response = Response([.. Enumerable.Repeat(300_000, 8)]);

        IReadOnlyList<OrchestratorResponse> parts = ResponseParts.Of(response, Limit);

        Assert.Equal(response.Actions, parts.SelectMany(part => part.Actions));
        Assert.All(parts, part => Assert.InRange(part.CalculateSize(), 1, Limit));
        Assert.Equal([(0, true), (1, true), (2, false)], parts.Select(part => (part.ChunkIndex!.Value, part.IsPartial)));
        Assert.Equal([null, 0, 0], parts.Select(part => part.NumEventsProcessed));
        Assert.All(parts, part => Assert.Equal(("token", "status"), (part.CompletionToken, part.CustomStatus)));
    }

    [Fact]
    public void ActionThatFitsNoPart_FailsTheOrchestration()
    {
        OrchestratorResponse part = Assert.Single(ResponseParts.Of(Response(10, Limit), Limit));

        OrchestratorAction end = Assert.Single(part.Actions);
        Assert.Equal("PayloadTooLarge", end.CompleteOrchestration.FailureDetails.ErrorType);
        Assert.Equal(("token", false), (part.CompletionToken, part.IsPartial));
    }

    private static OrchestratorResponse Response(params int[] sizes) => new()
    {
        InstanceId = "instance",
        CompletionToken = "token",
        CustomStatus = "status",
        Actions =
        {
            sizes.Select((size, id) => new OrchestratorAction
            {
                Id = id,
                ScheduleTask = new ScheduleTaskAction { Name = "Work", Input = new string('x', size) },
            }),
        },
    };
}
