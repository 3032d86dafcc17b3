using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Policies;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tests.Dashboard;

public sealed class ApprovalPageTests
{
    private static readonly TestToken Anna = TestToken.Of("anna", Role.Approver);
    private static readonly TestToken Carl = TestToken.Of("carl", Role.Approver);
    private static readonly TestToken Ben = TestToken.Of("ben", Role.Requester, Role.Approver);
    private static readonly TestToken Vera = TestToken.Of("vera", Role.Auditor);

    [Fact]
    public async Task Approved_IsRecordedAndSaidInWords()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        HttpResponseMessage answer = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"), ("reason", "looks right"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        string page = PageReader.TextOf(await anna.ReadAsync(answer.Headers.Location!.OriginalString));
        Assert.Contains("Your answer is recorded: approved.", page, StringComparison.Ordinal);
        Assert.Contains("looks right", page, StringComparison.Ordinal);
        Assert.Equal((ApprovalState.Approved, "anna"), await StateAsync(rig, "a"));
    }

    [Fact]
    public async Task Get_DecidesNothing()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = PageReader.TextOf(await anna.ReadAsync("/approvals/a?answer=approve&digest=digest-of-a&said=answer"));

        Assert.Equal((ApprovalState.Open, null), await StateAsync(rig, "a"));
        Assert.DoesNotContain("recorded", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherDigest_IsRefusedAndShownAnew()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        HttpResponseMessage answer = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"), ("digest", "another"));

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("has changed since you were shown it", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((ApprovalState.Open, null), await StateAsync(rig, "a"));
    }

    [Fact]
    public async Task TwoNeeded_FirstVoteIsCountedSecondDecides()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push", new AskTerms { Needed = 2 }));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);
        using PageReader carl = await PageReader.SignInAsync(rig.Address, Carl.Secret);

        HttpResponseMessage first = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"));
        string said = PageReader.TextOf(await anna.ReadAsync(first.Headers.Location!.OriginalString));
        await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"));

        Assert.Contains("Your vote is recorded: 1 of 2 have approved.", said, StringComparison.Ordinal);
        Assert.Equal((ApprovalState.Open, null), await StateAsync(rig, "a"));
        await carl.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"));
        Assert.Equal((ApprovalState.Approved, "carl"), await StateAsync(rig, "a"));
    }

    [Fact]
    public async Task Requester_MayNotApproveWhereDutiesAreSeparated()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push", new AskTerms { NotRequester = true }));
        using PageReader ben = await PageReader.SignInAsync(rig.Address, Ben.Secret);

        string page = await ben.ReadAsync("/approvals/a");
        HttpResponseMessage answer = await ben.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"));

        Assert.DoesNotContain("value=\"approve\"", page, StringComparison.Ordinal);
        Assert.Contains("wants somebody else to approve it", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Not permitted: You asked for the run", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edited_TheCommandIsReplacedAndNothingElse()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push\n--force"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "edit"), ("edited", "git push\r\n--dry-run"));

        Approval? edited = await rig.Services.GetRequiredService<IApprovalStore>().FindAsync("a", CancellationToken.None);
        Assert.Equal((ApprovalState.Edited, """{"command":"git push\n--dry-run"}"""), (edited!.State, edited.EditedArguments));
    }

    [Fact]
    public async Task Plan_IsShownWholeAndCanBeRewritten()
    {
        string plan = string.Join('\n', Enumerable.Range(1, 60).Select(step => $"{step}. Do <b>{step}</b>."));
        await using ServerRig rig = await StartAsync(kept => kept.AskAboutPlanAsync("r1", "a", plan));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = await anna.ReadAsync("/approvals/a");
        HttpResponseMessage same = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "edit"), ("edited", plan.ReplaceLineEndings("\r\n")));
        HttpResponseMessage other = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "edit"), ("edited", "1. Do less.\r\n2. Stop."));

        Assert.Contains("All of it: 60 lines", page, StringComparison.Ordinal);
        Assert.Contains(">60. Do &lt;b&gt;60&lt;/b&gt;.</li>", page, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.SeeOther), (same.StatusCode, other.StatusCode));
        Approval? edited = await rig.Services.GetRequiredService<IApprovalStore>().FindAsync("a", CancellationToken.None);
        Assert.Equal((ApprovalState.Edited, "1. Do less.\n2. Stop."), (edited!.State, edited.EditedArguments));
    }

    [Fact]
    public async Task FilesAndPartsOfADiff_CanBeLeftOutByTheirBoxes()
    {
        const string Other = "diff --git a/z.txt b/z.txt\n--- a/z.txt\n+++ b/z.txt\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-c\n+d\n";
        await using ServerRig rig = await StartAsync(kept => kept.AskAboutDiffAsync("r1", "a", KeptRuns.Diff + Other));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = await anna.ReadAsync("/approvals/a");
        HttpResponseMessage none = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "drop"));
        HttpResponseMessage some = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "drop"), ("drop", "1"), ("drop", "2-9"), ("reason", "later"));

        string[] boxes = [.. Regex.Matches(page, "<input type=\"checkbox\" name=\"drop\" form=\"drop\" value=\"([^\"]*)\"").Select(box => box.Groups[1].Value)];
        Assert.Equal(["0", "0-1", "1", "2", "2-1", "2-9"], boxes);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.SeeOther), (none.StatusCode, some.StatusCode));
        Approval? edited = await rig.Services.GetRequiredService<IApprovalStore>().FindAsync("a", CancellationToken.None);
        Assert.Equal((ApprovalState.Edited, "later"), (edited!.State, edited.Reason));
        Assert.Equal([new DroppedPart("tests/new.txt"), new DroppedPart("z.txt", 9)], DroppedParts.TryRead(edited.EditedArguments)!.Drop);
    }

    [Fact]
    public async Task EditedToTheSame_IsRefusedAndKeepsWhatWasTyped()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        HttpResponseMessage answer = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "edit"), ("edited", "git push"));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("Nothing was edited", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChangesOfADiff_BringTheCommentsToTheirPlaces()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAboutDiffAsync("r1", "a"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        HttpResponseMessage answer = await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "changes"), ("comment-0-1", "Name it."), ("comment-1", "Not needed."));

        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());

        Approval? decided = await rig.Services.GetRequiredService<IApprovalStore>().FindAsync("a", CancellationToken.None);
        Assert.Equal(ApprovalState.ChangesRequested, decided!.State);
        Assert.Equal([new ReviewComment("app/users.py", 1, "Name it."), new ReviewComment("tests/new.txt", null, "Not needed.")], decided.Review);
    }

    [Fact]
    public async Task Comment_StandsAndDecidesNothing()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        HttpResponseMessage answer = await anna.SendAsync("/approvals/a", "/approvals/a/comments", ("reason", "Which branch?"));

        Assert.Contains("Which branch?", await anna.ReadAsync(answer.Headers.Location!.OriginalString), StringComparison.Ordinal);
        Assert.Equal((ApprovalState.Open, null), await StateAsync(rig, "a"));
    }

    [Theory]
    [InlineData(1_100_000, 1)]
    [InlineData(10, 20_001)]
    public async Task TooLongToBeShownWhole_CanBeDeniedButNotApproved(int characters, int lines)
    {
        string command = new string('x', characters) + string.Concat(Enumerable.Repeat("\n", lines - 1)) + "end";
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", command));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = await anna.ReadAsync("/approvals/a");

        Assert.Contains("too long to be shown whole", page, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"approve\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"deny\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongCommand_IsThereToItsLastCharacter()
    {
        string command = string.Join('\n', Enumerable.Range(1, 5_000).Select(line => $"echo line-{line}"));
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", command));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = await anna.ReadAsync("/approvals/a");

        Assert.All(Enumerable.Range(1, 5_000), line => Assert.Contains($">echo line-{line}</li>", page, StringComparison.Ordinal));
        Assert.Contains("All of it: 5,000 lines", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FlagsOfACommand_AreNotBrokenApart()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", $"a-b --force -x --{new string('y', 40)} c--d"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = await anna.ReadAsync("/approvals/a");

        Assert.Contains($"""<li>a-b <span class="flag">--force</span> <span class="flag">-x</span> --{new string('y', 40)} c--d</li>""", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EditedAndClosed_LeadsToWhatIsAskedInItsPlace()
    {
        await using ServerRig rig = await StartAsync(async kept =>
        {
            Approval asked = await kept.AskAsync("r1", "a", "git push", new AskTerms { Needed = 2 });
            await kept.Get<Decisions>().DecideAsync(
                new Decision("a", asked.Digest, new Answer.Edit("""{"command":"git fetch"}"""), new() { Subject = "anna", Name = "anna", HasEveryRole = true }), CancellationToken.None);
            await kept.Get<IApprovalStore>().OpenAsync(
                asked with { Id = "b", Digest = "digest-of-b", Subject = "git fetch", Replaces = "a", Editor = "anna" }, CancellationToken.None);
        });
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = await anna.ReadAsync("/approvals/a");

        Assert.Contains("<a href=\"/approvals/b\">Go on to what is asked in its place</a>", page, StringComparison.Ordinal);
        Assert.Contains("What was asked", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoHasApproved_IsOfferedNoSecondVote()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push", new AskTerms { Needed = 3 }));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        await anna.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"));
        string page = await anna.ReadAsync("/approvals/a");

        Assert.Contains("You have approved it; it takes 2 more people.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"approve\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"deny\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCouldHide_IsMarked()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "rm \u202e\u200b\u001b[31m x\rp\u0430y"));
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        string page = WebUtility.HtmlDecode(await anna.ReadAsync("/approvals/a"));

        foreach (string mark in (string[])[@"title=""U+202E"">\u{202e}", @"title=""U+200B"">\u{200b}", @"title=""U+001B"">\u{1b}", @"title=""U+000D"">\u{d}"])
        {
            Assert.Contains(mark, page, StringComparison.Ordinal);
        }

        Assert.Matches("<mark class=\"foreign\" title=\"U\\+0430\">", page);
        Assert.DoesNotContain('\u202e', page[..page.IndexOf("<textarea", StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task WithoutTheRole_SeesItAndMayNotAnswer()
    {
        await using ServerRig rig = await StartAsync(kept => kept.AskAsync("r1", "a", "git push"));
        using PageReader vera = await PageReader.SignInAsync(rig.Address, Vera.Secret);

        string page = await vera.ReadAsync("/approvals/a");
        HttpResponseMessage answer = await vera.SendAsync("/approvals/a", "/approvals/a", ("answer", "approve"), ("digest", "digest-of-a"));

        Assert.Contains("takes the role approver", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal((ApprovalState.Open, null), await StateAsync(rig, "a"));
    }

    [Fact]
    public async Task OfAnotherTenant_IsAsIfItWereNotThere()
    {
        await using ServerRig rig = await StartAsync(async kept =>
        {
            await kept.AddRunAsync("r2", "secret of acme", tenant: "acme");
            await kept.AskAsync("r2", "b", "git push", tenant: "acme");
        });
        using PageReader anna = await PageReader.SignInAsync(rig.Address, Anna.Secret);

        HttpResponseMessage other = await anna.GetAsync("/approvals/b");

        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anna.GetAsync("/runs/r2")).StatusCode);
        Assert.DoesNotContain("acme", await anna.ReadAsync("/") + await anna.ReadAsync("/runs"), StringComparison.Ordinal);
    }

    private static Task<ServerRig> StartAsync(Func<KeptRuns, Task> keep) => ServerRig.StartAsync(
        ServerRig.SettingsOf([Anna, Carl, Ben, Vera]),
        async deployment =>
        {
            var kept = new KeptRuns(deployment);
            await kept.AddRunAsync("r1");
            await keep(kept);
        });

    private static async Task<(ApprovalState State, string? By)> StateAsync(ServerRig rig, string id)
    {
        Approval? approval = await rig.Services.GetRequiredService<IApprovalStore>().FindAsync(id, CancellationToken.None);
        return (approval!.State, approval.DecidedBy);
    }
}
