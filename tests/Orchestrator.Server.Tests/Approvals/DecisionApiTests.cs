using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Server.Tests.Dashboard;

namespace Orchestrator.Server.Tests.Approvals;

/// <summary>All answers that a program can give, to each kind of question.</summary>
public sealed class DecisionApiTests
{
    private const string Drop = """{"drop":[{"file":"tests/new.txt"},{"file":"app/users.py","line":1}]}""";

    /// <summary>Decision, the rest of the body, and what the question becomes.</summary>
    public static TheoryData<string, string, string, ApprovalState> Answers => new()
    {
        { "tool", "approve", "", ApprovalState.Approved },
        { "tool", "deny", "\"reason\":\"no\"", ApprovalState.Denied },
        { "tool", "edit", "\"edited\":\"git push --dry-run\"", ApprovalState.Edited },
        { "tool", "edit", "\"edited\":{\"command\":\"git push --dry-run\"}", ApprovalState.Edited },
        { "tool", "requestChanges", "\"reason\":\"to another branch\"", ApprovalState.ChangesRequested },
        { "tool", "ask", "\"reason\":\"which branch?\"", ApprovalState.Open },
        { "plan", "approve", "", ApprovalState.Approved },
        { "plan", "deny", "\"reason\":\"no\"", ApprovalState.Denied },
        { "plan", "edit", "\"edited\":\"1. Do less.\"", ApprovalState.Edited },
        { "plan", "requestChanges", "\"reason\":\"shorter\"", ApprovalState.ChangesRequested },
        { "plan", "ask", "\"reason\":\"why?\"", ApprovalState.Open },
        { "final", "approve", "", ApprovalState.Approved },
        { "final", "deny", "\"reason\":\"no\"", ApprovalState.Denied },
        { "final", "edit", "\"edited\":{\"drop\":[{\"file\":\"tests/new.txt\"}]}", ApprovalState.Edited },
        { "final", "requestChanges", "\"comments\":[{\"file\":\"app/users.py\",\"line\":1,\"text\":\"Name it.\"}]", ApprovalState.ChangesRequested },
        { "final", "ask", "\"reason\":\"why?\"", ApprovalState.Open },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Answer_IsRecordedAndToldAlikeWhenItIsRepeated(string kind, string decision, string rest, ApprovalState becomes)
    {
        await using ServerRig rig = await StartAsync();
        using HttpClient local = rig.WithLocal();
        string body = $$"""{"digest":"digest-of-{{kind}}","decision":"{{decision}}"{{(rest.Length > 0 ? "," + rest : string.Empty)}}}""";

        using HttpResponseMessage first = await PostAsync(local, kind, body);
        using HttpResponseMessage again = await PostAsync(local, kind, body);

        string said = await first.Content.ReadAsStringAsync();
        Assert.True(first.StatusCode == HttpStatusCode.OK, said);
        using JsonDocument view = JsonDocument.Parse(said);
        Assert.Equal(JsonNamingPolicy.CamelCase.ConvertName(becomes.ToString()), view.RootElement.GetProperty("approval").GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(becomes, (await FindAsync(rig, kind)).State);
    }

    [Fact]
    public async Task EditOfADiff_KeepsWhichPartsAreLeftOut()
    {
        await using ServerRig rig = await StartAsync(KeptRuns.Diff + Other);
        using HttpClient local = rig.WithLocal();

        using HttpResponseMessage answer = await PostAsync(local, "final", $$"""{"digest":"digest-of-final","decision":"edit","edited":{{Drop}},"reason":"later"}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Approval edited = await FindAsync(rig, "final");
        Assert.Equal([new DroppedPart("tests/new.txt"), new DroppedPart("app/users.py", 1)], DroppedParts.TryRead(edited.EditedArguments)!.Drop);
        Assert.Equal("later", edited.Reason);
    }

    [Theory]
    [InlineData("tool", "\"decision\":\"postpone\"", "Say approve, deny")]
    [InlineData("tool", "\"decision\":\"edit\"", "Say approve, deny")]
    [InlineData("tool", "\"decision\":\"edit\",\"edited\":7", "Say approve, deny")]
    [InlineData("tool", "\"decision\":\"edit\",\"edited\":\"git push\"", "Nothing was edited")]
    [InlineData("tool", "\"decision\":\"requestChanges\"", "Say what is to be changed")]
    [InlineData("plan", "\"decision\":\"edit\",\"edited\":\" \"", "edited plan is empty")]
    [InlineData("final", "\"decision\":\"edit\",\"edited\":\"other\"", "say what is left out")]
    [InlineData("final", "\"decision\":\"edit\",\"edited\":{\"drop\":[]}", "Say which files")]
    [InlineData("final", "\"decision\":\"edit\",\"edited\":{\"drop\":[{\"file\":\"nowhere.txt\"}]}", "does not change 'nowhere.txt'")]
    [InlineData("final", "\"decision\":\"edit\",\"edited\":{\"drop\":[{\"file\":\"app/users.py\",\"line\":7}]}", "its parts begin at 1")]
    [InlineData("final", "\"decision\":\"edit\",\"edited\":{\"drop\":[{\"file\":\"tests/new.txt\",\"line\":1}]}", "leave out the file")]
    [InlineData("final", "\"decision\":\"edit\",\"edited\":{\"drop\":[{\"file\":\"tests/new.txt\"},{\"file\":\"app/users.py\"}]}", "Nothing of the diff would be left")]
    public async Task WhatIsNoAnswer_IsRefusedInWordsAndLeavesItOpen(string kind, string rest, string why)
    {
        await using ServerRig rig = await StartAsync();
        using HttpClient local = rig.WithLocal();

        using HttpResponseMessage answer = await PostAsync(local, kind, $$"""{"digest":"digest-of-{{kind}}",{{rest}}}""");

        await ProblemAssert.IsProblemAsync(HttpStatusCode.UnprocessableEntity, answer);
        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        string said = $"{problem.RootElement.GetProperty("detail").GetString()} {problem.RootElement.GetProperty("fix").GetString()}";
        Assert.Contains(why, said, StringComparison.Ordinal);
        Assert.Equal(ApprovalState.Open, (await FindAsync(rig, kind)).State);
    }

    private const string Other =
        """
        diff --git a/z.txt b/z.txt
        --- a/z.txt
        +++ b/z.txt
        @@ -1 +1 @@
        -a
        +b

        """;

    private static Task<ServerRig> StartAsync(string diff = KeptRuns.Diff) => ServerRig.StartAsync("{}", async deployment =>
    {
        var kept = new KeptRuns(deployment);
        await kept.AddRunAsync("r1");
        await kept.AskAsync("r1", "tool", "git push");
        await kept.AskAboutPlanAsync("r1", "plan", "1. Do it.");
        await kept.AskAboutDiffAsync("r1", "final", diff);
    });

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string id, string body) => client.PostAsync(
        new Uri($"/api/v1/approvals/{id}/decision", UriKind.Relative), new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

    private static async Task<Approval> FindAsync(ServerRig rig, string id) =>
        (await rig.Services.GetRequiredService<IApprovalStore>().FindAsync(id, CancellationToken.None))!;
}
