using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Runs.Purges;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tests.Runs;

public sealed class RunApiTests
{
    [Fact]
    public async Task SubmittedTask_IsFollowedToItsPatchAndReport()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync();
        using HttpClient local = rig.WithLocal();

        string run = await task.SubmitAsync(local);
        string events = await local.GetStringAsync(new Uri($"/api/v1/runs/{run}/events", UriKind.Relative));

        Assert.Contains("event: end\ndata: {", events, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"accepted\"", events, StringComparison.Ordinal);
        Assert.Contains("+done 1", await local.GetStringAsync(new Uri($"/api/v1/runs/{run}/patch", UriKind.Relative)), StringComparison.Ordinal);
        Assert.NotEmpty(await local.GetStringAsync(new Uri($"/api/v1/runs/{run}/report", UriKind.Relative)));
        await WhoWasAwayGoesOnAsync(local, run, events);
    }

    [Fact]
    public async Task PurgedRun_IsListedAndNothingLiesUnderIt()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync();
        using HttpClient local = rig.WithLocal();
        string run = await task.SubmitAsync(local, "ticket-1");
        await local.GetStringAsync(new Uri($"/api/v1/runs/{run}/events", UriKind.Relative));

        // Until its end is told, it is kept.
        IPurgeStore purges = rig.Services.GetRequiredService<IPurgeStore>();
        await Eventually.IsTrueAsync(
            async () => await purges.BeginAsync(run, "vera", "asked for", CancellationToken.None) is PurgeRuling.Free, () => $"purge of run {run}");

        JsonElement list = await local.GetFromJsonAsync<JsonElement>("/api/v1/runs");
        JsonElement shown = await local.GetFromJsonAsync<JsonElement>($"/api/v1/runs/{run}");
        Assert.Equal("accepted", shown.GetProperty("status").GetString());
        Assert.Equal(shown.GetProperty("purgedAt").GetDateTimeOffset(), list.GetProperty("runs")[0].GetProperty("purgedAt").GetDateTimeOffset());
        foreach (string under in (string[])["patch", "report", "events"])
        {
            using HttpResponseMessage gone = await local.GetAsync(new Uri($"/api/v1/runs/{run}/{under}", UriKind.Relative));
            await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, gone);
        }

        // The key by which it was asked for begins no second run.
        Assert.Equal(run, await task.SubmitAsync(local, "ticket-1"));
        using HttpResponseMessage page = await local.GetAsync(new Uri($"/runs/{run}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("purged", await local.GetStringAsync(new Uri("/runs", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameKey_IsTheSameRunAndAnotherTaskIsRefused()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync();
        using HttpClient local = rig.WithLocal();

        string[] runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => task.SubmitAsync(local, "ticket-1")));

        Assert.Single(runs.Distinct());
        using HttpResponseMessage other = await task.SendAsync(local, "ticket-1", task.Body + " ");
        await ProblemAssert.IsProblemAsync(HttpStatusCode.Conflict, other);
        JsonElement list = await local.GetFromJsonAsync<JsonElement>("/api/v1/runs");
        Assert.Equal(1, list.GetProperty("runs").GetArrayLength());
    }

    /// <summary>The server's tokens may reach further than whoever submits the task.</summary>
    [Theory]
    [InlineData("https://github.com/acme/payroll")]
    [InlineData("git@git.example:acme/payroll.git")]
    [InlineData("/srv/git/payroll")]
    [InlineData("../payroll")]
    public async Task LandsAtAnAddressOfItsOwn_IsRefusedOverTheNet(string remote)
    {
        using TestTask task = await TestTask.CreateAsync();
        TestToken anna = TestToken.Of("anna", Role.Requester);
        await using ServerRig rig = await ServerRig.StartAsync(
            JsonSerializer.Serialize(new { Server = new { Tokens = new[] { anna.Entry }, Sources = new[] { task.Folder } } }));
        using HttpClient client = rig.With(anna.Secret);
        string body = $"{task.Body[..^1]},\"land\":{JsonSerializer.Serialize(new { kind = "branch", remote })}}}";

        JsonElement problem = await ProblemAssert.IsProblemAsync(HttpStatusCode.UnprocessableEntity, await task.SendAsync(client, null, body));

        Assert.Contains($"land.remote: '{remote}' is an address", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherTenant_FindsNothing()
    {
        using TestTask task = await TestTask.CreateAsync(final: "ask");
        TestToken mine = TestToken.Of("alice", "acme", null, Enum.GetValues<Role>());
        TestToken other = TestToken.Of("mallory", "other", null, Enum.GetValues<Role>());
        await using ServerRig rig = await ServerRig.StartAsync(
            JsonSerializer.Serialize(new { Server = new { Tokens = new[] { mine.Entry, other.Entry }, Sources = new[] { task.Folder } } }));
        using HttpClient alice = rig.With(mine.Secret);
        using HttpClient mallory = rig.With(other.Secret);
        string run = await task.SubmitAsync(alice);
        string approval = await OpenApprovalAsync(alice);

        string[] reads = [$"runs/{run}", $"runs/{run}/events", $"runs/{run}/patch", $"runs/{run}/report", $"approvals/{approval}"];
        foreach (string read in reads)
        {
            await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await mallory.GetAsync(new Uri($"/api/v1/{read}", UriKind.Relative)));
        }

        (string Path, object Body)[] changes =
        [
            ($"runs/{run}/cancel", new { }), ($"runs/{run}/pause", new { }), ($"runs/{run}/resume", new { }), ($"runs/{run}/messages", new { text = "x" }),
            ($"runs/{run}/fork", new { turn = 0 }), ($"approvals/{approval}/decision", new { digest = "x", decision = "approve" }),
        ];
        foreach ((string path, object body) in changes)
        {
            await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await mallory.PostAsJsonAsync(new Uri($"/api/v1/{path}", UriKind.Relative), body));
        }

        JsonElement list = await mallory.GetFromJsonAsync<JsonElement>("/api/v1/runs");
        JsonElement approvals = await mallory.GetFromJsonAsync<JsonElement>("/api/v1/approvals");
        Assert.Equal((0, 0), (list.GetProperty("runs").GetArrayLength(), approvals.GetProperty("approvals").GetArrayLength()));
    }

    [Fact]
    public async Task Decision_BindsToItsDigestAndMayBeRepeated()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using TestTask task = await TestTask.CreateAsync(final: "ask");
        using HttpClient local = rig.WithLocal();
        string run = await task.SubmitAsync(local);
        string approval = await OpenApprovalAsync(local);
        var path = new Uri($"/api/v1/approvals/{approval}/decision", UriKind.Relative);
        string digest = (await local.GetFromJsonAsync<JsonElement>($"/api/v1/approvals/{approval}")).GetProperty("digest").GetString()!;

        await ProblemAssert.IsProblemAsync(HttpStatusCode.Conflict, await local.PostAsJsonAsync(path, new { digest = "0" + digest[1..] + "0", decision = "approve" }));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.UnprocessableEntity, await local.PostAsJsonAsync(path, new { digest, decision = "deny" }));
        Assert.Equal(HttpStatusCode.OK, (await local.PostAsJsonAsync(path, new { digest, decision = "approve" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await local.PostAsJsonAsync(path, new { digest, decision = "approve" })).StatusCode);
        await ProblemAssert.IsProblemAsync(HttpStatusCode.Conflict, await local.PostAsJsonAsync(path, new { digest, decision = "deny", reason = "no" }));
        Assert.Contains("accepted", await local.GetStringAsync(new Uri($"/api/v1/runs/{run}/events", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SourceOutsideOfTheRoots_IsRefused()
    {
        using TestTask task = await TestTask.CreateAsync();
        TestToken token = TestToken.Of("alice", Role.Requester);
        await using ServerRig rig = await ServerRig.StartAsync(token);
        using HttpClient alice = rig.With(token.Secret);

        using HttpResponseMessage response = await task.SendAsync(alice, key: null);

        await ProblemAssert.IsProblemAsync(HttpStatusCode.UnprocessableEntity, response);
    }

    private static async Task WhoWasAwayGoesOnAsync(HttpClient local, string run, string events)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{run}/events");
        request.Headers.Add("Last-Event-ID", "2");

        using HttpResponseMessage response = await local.SendAsync(request);

        string rest = await response.Content.ReadAsStringAsync();
        Assert.EndsWith(rest, events, StringComparison.Ordinal);
        Assert.DoesNotContain("id: 2\n", rest, StringComparison.Ordinal);
        Assert.Contains("id: 3\n", rest, StringComparison.Ordinal);
    }

    private static async Task<string> OpenApprovalAsync(HttpClient client)
    {
        string? id = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                JsonElement list = (await client.GetFromJsonAsync<JsonElement>("/api/v1/approvals")).GetProperty("approvals");
                id = list.GetArrayLength() > 0 ? list[0].GetProperty("id").GetString() : null;
                return id is not null;
            },
            () => "open approval");
        return id!;
    }
}
