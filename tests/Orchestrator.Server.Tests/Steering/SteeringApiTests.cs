using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Timeline;

namespace Orchestrator.Server.Tests.Steering;

public sealed class SteeringApiTests
{
    [Fact]
    public async Task PausedRun_AsksNothingUntilItIsResumed()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync(workingTurns: 10);
        using HttpClient local = rig.WithLocal();
        string run = await task.SubmitAsync(local);

        await PostAsync(local, $"runs/{run}/pause", new { });
        await HappensAsync(rig, run, RunEventKind.Held);
        int turns = await TurnsAsync(rig, run);
        await PostAsync(local, $"runs/{run}/messages", new { text = "Write it in capitals." });
        Assert.Equal(turns, await TurnsAsync(rig, run));

        await PostAsync(local, $"runs/{run}/resume", new { });
        await HappensAsync(rig, run, RunEventKind.Finished);

        Assert.Contains("accepted", await local.GetStringAsync(new Uri($"/api/v1/runs/{run}", UriKind.Relative)), StringComparison.Ordinal);
        await HappensAsync(rig, run, RunEventKind.MessageRead);
        await ProblemAssert.IsProblemAsync(
            HttpStatusCode.Conflict, await local.PostAsJsonAsync(new Uri($"/api/v1/runs/{run}/pause", UriKind.Relative), new { }));
    }

    [Fact]
    public async Task KillSwitch_HoldsAllRunsUntilItIsOff()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync(workingTurns: 3);
        using HttpClient local = rig.WithLocal();

        await PostAsync(local, "killswitch", new { on = true, reason = "test" });
        string run = await task.SubmitAsync(local);
        await HappensAsync(rig, run, RunEventKind.Held);
        Assert.Equal(0, await TurnsAsync(rig, run));

        await PostAsync(local, "killswitch", new { on = false });
        await HappensAsync(rig, run, RunEventKind.Finished);
    }

    [Fact]
    public async Task HeldRun_CanBeCanceled()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync(workingTurns: 3);
        using HttpClient local = rig.WithLocal();
        await PostAsync(local, "killswitch", new { on = true });
        string run = await task.SubmitAsync(local);
        await HappensAsync(rig, run, RunEventKind.Held);

        await PostAsync(local, $"runs/{run}/cancel", new { });

        await HappensAsync(rig, run, RunEventKind.Finished);
        JsonElement ended = await local.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}");
        Assert.Equal("canceled", ended.GetProperty("status").GetString());
    }

    [Fact]
    public async Task SameMessageTwice_IsSaidOnce()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync(workingTurns: 3);
        using HttpClient local = rig.WithLocal();
        await PostAsync(local, "killswitch", new { on = true });
        string run = await task.SubmitAsync(local);
        local.DefaultRequestHeaders.Add("Idempotency-Key", "m1");

        await PostAsync(local, $"runs/{run}/messages", new { text = "once" });
        await PostAsync(local, $"runs/{run}/messages", new { text = "once" });

        Assert.Single(await EventsAsync(rig, run), stored => stored.Event.Kind == RunEventKind.MessageSent);
    }

    [Fact]
    public async Task SameForkTwice_IsOneRunAndAnotherUnderItsKeyIsRefused()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync(workingTurns: 2);
        using HttpClient local = rig.WithLocal();
        string run = await task.SubmitAsync(local);
        await HappensAsync(rig, run, RunEventKind.Finished);
        local.DefaultRequestHeaders.Add("Idempotency-Key", "f1");
        var address = new Uri($"/api/v1/runs/{run}/fork", UriKind.Relative);

        JsonElement[] forks = await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            using HttpResponseMessage response = await local.PostAsJsonAsync(address, new { turn = 1 });
            return await response.Content.ReadFromJsonAsync<JsonElement>();
        }));

        Assert.Single(forks.Select(fork => fork.GetProperty("runId").GetString()).Distinct());
        Assert.Equal(0, forks[0].GetProperty("notUndone").GetArrayLength());
        await ProblemAssert.IsProblemAsync(HttpStatusCode.Conflict, await local.PostAsJsonAsync(address, new { turn = 2 }));
        Assert.Equal(2, (await local.GetFromJsonAsync<JsonElement>("/api/v1/runs")).GetProperty("runs").GetArrayLength());
        await HappensAsync(rig, forks[0].GetProperty("runId").GetString()!, RunEventKind.Finished);
    }

    private static async Task PostAsync(HttpClient client, string path, object body)
    {
        using HttpResponseMessage response = await client.PostAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task HappensAsync(ServerRig rig, string run, RunEventKind kind) => Eventually.IsTrueAsync(
        async () => (await EventsAsync(rig, run)).Any(stored => stored.Event.Kind == kind), () => $"event {kind} of run {run}");

    private static Task<IReadOnlyList<StoredRunEvent>> EventsAsync(ServerRig rig, string run) =>
        rig.Services.GetRequiredService<IRunStore>().ReadEventsAsync(run, 0, CancellationToken.None);

    private static async Task<int> TurnsAsync(ServerRig rig, string run) =>
        (await rig.Services.GetRequiredService<IRunStore>().FindAsync(run, CancellationToken.None))!.Turns;
}
