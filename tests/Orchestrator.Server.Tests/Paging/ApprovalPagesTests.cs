using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Tests.Dashboard;

namespace Orchestrator.Server.Tests.Paging;

public sealed class ApprovalPagesTests
{
    private const int Asked = 7;

    [Fact]
    public async Task PagesOfApprovals_HoldEachOfTheTenantOnceOldestFirst()
    {
        TestToken token = TestToken.Of("alice", "acme", null, Role.Approver);
        await using ServerRig rig = await ServerRig.StartAsync(ServerRig.SettingsOf([token]), async deployment =>
        {
            var kept = new KeptRuns(deployment);
            await kept.AddRunAsync("ours", tenant: "acme");
            await kept.AddRunAsync("theirs", tenant: "other");
            for (int index = 0; index < Asked; index++)
            {
                await kept.AskAsync("ours", $"ours.{index}", $"echo {index}", tenant: "acme");
                await kept.AskAsync("theirs", $"theirs.{index}", $"echo {index}", tenant: "other");
            }
        });
        using HttpClient alice = rig.With(token.Secret);
        var seen = new List<string>();
        var sizes = new List<int>();

        string? cursor = null;
        do
        {
            JsonElement page = await alice.GetFromJsonAsync<JsonElement>($"/api/v1/approvals?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.GetProperty("approvals").EnumerateArray().Select(approval => approval.GetProperty("id").GetString()!));
            sizes.Add(page.GetProperty("approvals").GetArrayLength());
            cursor = page.TryGetProperty("next", out JsonElement next) ? next.GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, Asked).Select(index => $"ours.{index}"), seen);
        Assert.Equal([3, 3, 1], sizes);
        await ProblemAssert.IsProblemAsync(HttpStatusCode.UnprocessableEntity, await alice.GetAsync(new Uri("/api/v1/approvals?cursor=x", UriKind.Relative)));
    }
}
