using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Tests.Dashboard;

namespace Orchestrator.Server.Tests.Schedules;

public sealed class ScheduleApiTests
{
    private static readonly TestToken Anna = TestToken.Of("anna", Role.Requester);
    private static readonly TestToken Ben = TestToken.Of("ben", Role.Requester);
    private static readonly TestToken Olga = TestToken.Of("olga", Role.Operator);
    private static readonly TestToken Otto = TestToken.Of("otto", "acme", null, Role.Admin);
    private static readonly Uri Nightly = new("/api/v1/schedules/nightly", UriKind.Relative);

    [Fact]
    public async Task Schedule_IsSetShownPausedAndRemoved()
    {
        using TestTask task = await TestTask.CreateAsync();
        await using ServerRig rig = await StartAsync(task);
        using HttpClient anna = rig.With(Anna.Secret);

        JsonElement set = await ReadAsync(await PutAsync(anna, task, new { cron = "30 2 * * *", zone = "Europe/Berlin", missed = "skip", overlap = "wait" }));
        JsonElement paused = await ReadAsync(await anna.PostAsync(At("/pause"), null));
        JsonElement again = await ReadAsync(await anna.PostAsync(At("/pause"), null));
        JsonElement resumed = await ReadAsync(await anna.PostAsync(At("/resume"), null));
        JsonElement listed = (await anna.GetFromJsonAsync<JsonElement>("/api/v1/schedules")).GetProperty("schedules");
        HttpResponseMessage removed = await anna.DeleteAsync(Nightly);

        Assert.Equal(("nightly", "30 2 * * *", "Europe/Berlin", "Skip", "Wait", "anna"), (
            TextOf(set, "name"), TextOf(set, "cron"), TextOf(set, "zone"), TextOf(set, "missed"), TextOf(set, "overlap"), TextOf(set, "owner")));
        Assert.Contains(set.GetProperty("nextAt").GetDateTimeOffset().UtcDateTime.TimeOfDay, (TimeSpan[])[new(0, 30, 0), new(1, 30, 0), new(1, 0, 0)]);
        Assert.Equal(("anna", "anna"), (TextOf(paused, "pausedBy"), TextOf(again, "pausedBy")));
        Assert.Equal(JsonValueKind.Null, paused.GetProperty("nextAt").ValueKind);
        Assert.Equal(JsonValueKind.Null, resumed.GetProperty("pausedBy").ValueKind);
        Assert.Equal(0, resumed.GetProperty("occurrences").GetArrayLength());
        Assert.Equal("nightly", TextOf(Assert.Single(listed.EnumerateArray()), "name"));
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await anna.GetAsync(Nightly));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await anna.DeleteAsync(Nightly));
    }

    [Fact]
    public async Task OthersSchedule_IsTheirsAndTheOperators()
    {
        using TestTask task = await TestTask.CreateAsync();
        await using ServerRig rig = await StartAsync(task);
        using HttpClient anna = rig.With(Anna.Secret);
        using HttpClient ben = rig.With(Ben.Secret);
        using HttpClient olga = rig.With(Olga.Secret);
        using HttpClient otto = rig.With(Otto.Secret);
        await ReadAsync(await PutAsync(anna, task, new { cron = "@daily" }));

        await ProblemAssert.IsProblemAsync(HttpStatusCode.Forbidden, await PutAsync(ben, task, new { cron = "@hourly" }));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.Forbidden, await ben.PostAsync(At("/pause"), null));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.Forbidden, await ben.DeleteAsync(Nightly));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await otto.GetAsync(Nightly));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await otto.PostAsync(At("/pause"), null));
        Assert.Equal("@daily", TextOf(await ReadAsync(await olga.PostAsync(At("/pause"), null)), "cron"));
        Assert.Equal("olga", TextOf(await ReadAsync(await ben.GetAsync(Nightly)), "pausedBy"));
    }

    [Theory]
    [InlineData("{\"cron\":\"61 * * * *\"}", "cron:")]
    [InlineData("{\"cron\":\"@daily\",\"zone\":\"Berlin\"}", "zone:")]
    [InlineData("{\"cron\":\"@daily\",\"file\":\"task.yaml\"}", "'file'")]
    [InlineData("{\"cron\":\"@daily\",\"task\":{\"objective\":\"x\"}}", "success")]
    [InlineData("{\"cron\":\"@daily\",\"task\":\"workspace: {source: /etc}\\nobjective: x\\nsuccess: [{name: a, run: 'true'}]\"}", "/etc")]
    public async Task WrongTerms_SayTheirPlaceAndNothingIsStored(string body, string place)
    {
        using TestTask task = await TestTask.CreateAsync();
        await using ServerRig rig = await StartAsync(task);
        using HttpClient anna = rig.With(Anna.Secret);
        JsonObject terms = JsonNode.Parse(body)!.AsObject();
        terms.TryAdd("task", JsonNode.Parse(task.Body));

        JsonElement problem = await ProblemAssert.IsProblemAsync(HttpStatusCode.UnprocessableEntity, await anna.PutAsJsonAsync(Nightly, terms));

        Assert.Contains(place, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await anna.GetFromJsonAsync<JsonElement>("/api/v1/schedules")).GetProperty("schedules").GetArrayLength());
    }

    [Fact]
    public async Task Page_ShowsThemAndPauses()
    {
        using TestTask task = await TestTask.CreateAsync();
        await using ServerRig rig = await StartAsync(task);
        using HttpClient anna = rig.With(Anna.Secret);
        await ReadAsync(await PutAsync(anna, task, new { cron = "@daily" }));
        using PageReader reader = await PageReader.SignInAsync(rig.Address, Anna.Secret);
        using PageReader other = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        HttpResponseMessage paused = await reader.SendAsync("/schedules", "/schedules/nightly/pause");
        string page = await reader.ReadAsync("/schedules");

        Assert.Equal((HttpStatusCode.SeeOther, "/schedules"), (paused.StatusCode, paused.Headers.Location?.OriginalString));
        Assert.Contains("paused by anna", PageReader.TextOf(page), StringComparison.Ordinal);
        Assert.Contains("action=\"/schedules/nightly/resume\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("action=\"/schedules/nightly", await other.ReadAsync("/schedules"), StringComparison.Ordinal);
    }

    private static Task<ServerRig> StartAsync(TestTask task) => ServerRig.StartAsync(
        JsonSerializer.Serialize(new { Server = new { Tokens = new[] { Anna.Entry, Ben.Entry, Olga.Entry, Otto.Entry }, Sources = new[] { task.Folder } } }));

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, TestTask task, object terms)
    {
        JsonObject body = JsonSerializer.SerializeToNode(terms)!.AsObject();
        body["task"] = JsonNode.Parse(task.Body);
        return client.PutAsJsonAsync(Nightly, body);
    }

    private static Uri At(string path) => new(Nightly + path, UriKind.Relative);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static string? TextOf(JsonElement element, string name) => element.GetProperty(name).GetString();
}
