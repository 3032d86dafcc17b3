using System.Text.Json;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Planning;

public sealed class PlanToolTests : IDisposable
{
    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Plan_IsALineForEachStep()
    {
        ToolResult result = await CallAsync("""
            {"plan":[{"step":"Look\nround","status":"completed"},{"step":" Write it ","status":"in_progress"},{"step":"Test it","status":"pending"}]}
            """);

        Assert.Equal((0, "[completed] Look round\n[in_progress] Write it\n[pending] Test it\n"), (result.ExitCode, ToolRig.Text(result)));
        Assert.False(result.MayHaveChangedFiles);
    }

    [Theory]
    [InlineData("{}", "'plan' is required and must be a list of 1 to 50 steps")]
    [InlineData("""{"plan":[]}""", "'plan' is required")]
    [InlineData("""{"plan":["a"]}""", "Each step must be an object")]
    [InlineData("""{"plan":[{"step":"a"}]}""", "'status' is required")]
    [InlineData("""{"plan":[{"step":"a","status":"doing"}]}""", "one of pending, in_progress, completed")]
    [InlineData("""{"plan":[{"step":" ","status":"pending"}]}""", "1 to 500 characters")]
    [InlineData("""{"plan":[{"step":"a","status":"in_progress"},{"step":"b","status":"in_progress"}]}""", "2 steps are in progress")]
    [InlineData("""{"plan":[{"step":"\ud83e","status":"pending"}]}""", "half of a surrogate pair")]
    [InlineData("no", "not valid JSON")]
    public async Task WhatIsNoPlan_IsToldAndNotTaken(string arguments, string error)
    {
        ToolResult result = await CallAsync(arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(error, ToolRig.Text(result), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooManySteps_AreRefused()
    {
        object[] steps = [.. Enumerable.Repeat(new { step = "a", status = "pending" }, 51)];

        Assert.Equal(1, (await CallAsync(JsonSerializer.Serialize(new { plan = steps }))).ExitCode);
        Assert.Equal(0, (await CallAsync(JsonSerializer.Serialize(new { plan = steps[1..] }))).ExitCode);
    }

    private async Task<ToolResult> CallAsync(string arguments) =>
        Assert.IsType<ToolOutcome.Finished>(await _rig.CallAsync(_rig.Plan, arguments)).Result;
}
