using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Server.Tests.Dashboard.Browsing;

public sealed class HostileTextTests(Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>What is written by the pages themselves; anything else of the kind came out of a text.</summary>
    private const string Injected =
        "main script, main iframe, main object, main embed, main link, main style, main base, main meta, main video, main audio, main marquee, main math, "
        + "main template, main noscript, main plaintext, main img, main [style], main [onerror], main [onload], main [onfocus], main a[href^='javascript'], "
        + "main a[href*='evil'], main form[action*='evil'], main [formaction], main input[autofocus]";

    [Fact]
    public async Task SixtyTextsInEveryField_NoScriptRunsAndNobodyElseIsAsked()
    {
        Assert.Equal(60, HostileTexts.All.Distinct().Count());
        await using ServerRig rig = await ServerRig.StartAsync("{}", async deployment =>
        {
            var kept = new KeptRuns(deployment);
            for (int index = 0; index < HostileTexts.All.Count; index++)
            {
                await KeepAsync(kept, index, HostileTexts.All[index]);
            }

            await KeepGovernanceAsync(deployment);
        });
        IPage page = await chromium.SignInAsync(rig);
        List<string> seen = [];
        page.Dialog += async (_, dialog) =>
        {
            seen.Add($"a script ran on {page.Url}");
            await dialog.DismissAsync();
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(rig.Address.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                seen.Add($"{request.Url} was asked from {page.Url}");
            }
        };
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                seen.Add($"the policy stopped something on {page.Url}: {message.Text}");
            }
        };

        IEnumerable<string> ofTexts = HostileTexts.All.SelectMany((_, index) => (string[])[$"approvals/a{index}", $"approvals/d{index}", $"runs/r{index}", $"runs/e{index}", $"runs/e{index}/diff"]);
        foreach (string path in (string[])["", "runs", "policies", "rules", "killswitch", "audit", .. ofTexts])
        {
            await page.GotoAsync($"{rig.Address}{path}", new PageGotoOptions { WaitUntil = WaitUntilState.Load });
            int injected = await page.Locator(Injected).CountAsync();
            if (injected > 0)
            {
                seen.Add($"{injected} elements came out of a text on {path}");
            }
        }

        Assert.Empty(seen);
    }

    private static async Task KeepAsync(KeptRuns kept, int index, string text)
    {
        string file = text.ReplaceLineEndings(" ").Replace('\0', ' ');
        string diff = $"diff --git a/{file} b/{file}\n{text}\n--- a/{file}\n+++ b/{file}\n@@ -1 +1 @@ {file}\n-{file}\n+{file}\n";
        await kept.AddRunAsync($"r{index}", text, requester: text);
        await kept.TellAsync($"r{index}", RunEventKind.ToolFinished, text, details: text);
        await kept.AskAsync($"r{index}", $"a{index}", text, requester: text);
        await kept.AskAboutDiffAsync($"r{index}", $"d{index}", diff);
        await kept.Get<Decisions>().DecideAsync(
            new Decision($"a{index}", $"digest-of-a{index}", new Answer.Ask(text), new() { Subject = text, Name = text, HasEveryRole = true }), CancellationToken.None);
        await kept.Get<ISteeringStore>().AddAsync($"r{index}", new SteeringSignal(SteeringKind.Pause, text), CancellationToken.None);
        await kept.Get<ISteeringStore>().AddAsync($"r{index}", new SteeringSignal(SteeringKind.Message, text, text), CancellationToken.None);
        kept.Allow($"always.{index}", (AlwaysScope)(index % 3), index % 3 == 0 ? $"r{index}" : text, text, by: text);
        await kept.AddRunAsync($"e{index}", text, requester: text);
        await kept.FinishAsync($"e{index}", diff);
    }

    /// <summary>In rules, terms, lists of people, and what is said of a kill switch. YAML takes JSON's texts, but for those with a NUL.</summary>
    private static async Task KeepGovernanceAsync(Deployment deployment)
    {
        string[] texts = [.. HostileTexts.All.Select(text => JsonSerializer.Serialize(text.Replace("\0", string.Empty, StringComparison.Ordinal)))];
        string rules = string.Concat(texts.Select((text, index) =>
            $"  - {{ name: rule-{index}, match: {text}, paths: [{text}], ruling: ask, ask: {{ people: [{text}], expireAfter: 1h, atEnd: alternative, alternative: {text} }} }}\n"));
        string people = string.Concat(texts.Select(text => $"  - {{ name: {text}, roles: [{text}], teams: [{text}] }}\n"));
        string all = string.Join('\n', HostileTexts.All);
        await File.WriteAllTextAsync(deployment.Data.Policies, "rules:\n" + rules);
        await File.WriteAllTextAsync(deployment.Data.People, "people:\n" + people);
        await deployment.Services.GetRequiredService<IPolicyStore>().AddAsync("rules:\n" + rules, all, CancellationToken.None);
        await deployment.Services.GetRequiredService<ISteeringStore>().TurnOnKillSwitchAsync(KillSwitch.Everybody, all, all, CancellationToken.None);
    }
}
