using System.Text.Json;
using Orchestrator.Agent.Notifications;

namespace Orchestrator.Notifications.Tests.Hooks;

public sealed class HookSenderTests
{
    private const string Link = "https://orchestrator.example/approvals/a1";

    [Fact]
    public async Task Webhook_IsSignedOverItsTimeAndBody()
    {
        ReceivedHook hook = await SendAsync("webhook");

        Assert.StartsWith($"key={HookReceiver.SecretVariable},", hook.Headers["Orchestrator-Signature"], StringComparison.Ordinal);
        Assert.True(hook.IsSigned(HookReceiver.Secret, NotifyRig.Start));
        Assert.False(hook.IsSigned(HookReceiver.Secret, NotifyRig.Start + TimeSpan.FromMinutes(6)));
        Assert.False((hook with { Body = hook.Body.Replace("a1", "a2", StringComparison.Ordinal) }).IsSigned(HookReceiver.Secret, NotifyRig.Start));
        JsonElement told = hook.Notifications[0];
        Assert.Equal(("a1", "r1", Link), (told.GetProperty("approvalId").GetString(), told.GetProperty("runId").GetString(), told.GetProperty("link").GetString()));
        Assert.Equal(hook.Key, JsonDocument.Parse(hook.Body).RootElement.GetProperty("key").GetString());
    }

    [Fact]
    public async Task Slack_ShowsOthersTextPlain()
    {
        ReceivedHook hook = await SendAsync("slack");

        JsonElement message = JsonDocument.Parse(hook.Body).RootElement;
        JsonElement[] texts = [.. message.GetProperty("blocks").EnumerateArray().Select(block => block.GetProperty("text"))];
        Assert.DoesNotContain("<!channel>", message.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("plain_text", texts[0].GetProperty("type").GetString());
        Assert.Contains("<!channel>", texts[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal($"<{Link}|Look at it>", texts[1].GetProperty("text").GetString());
        Assert.DoesNotContain("Orchestrator-Signature", hook.Headers.Keys);
    }

    [Fact]
    public async Task Teams_GetsACardWithoutFormattedText()
    {
        ReceivedHook hook = await SendAsync("teams");

        JsonElement card = JsonDocument.Parse(hook.Body).RootElement.GetProperty("attachments")[0].GetProperty("content");
        JsonElement[] body = [.. card.GetProperty("body").EnumerateArray()];
        Assert.Equal("AdaptiveCard", card.GetProperty("type").GetString());
        Assert.All(body[..^1], part => Assert.Equal("RichTextBlock", part.GetProperty("type").GetString()));
        Assert.Equal(Link, body[^1].GetProperty("actions")[0].GetProperty("url").GetString());
    }

    [Fact]
    public async Task Redirect_IsNotFollowed()
    {
        await using HookReceiver other = await HookReceiver.StartAsync();
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        receiver.Answer = answer => answer.Redirect(other.Url);
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        await rig.AskAsync();

        await rig.RoundAsync();

        Assert.Empty(other.Received);
        Assert.Equal("127.0.0.1 answered 302.", Assert.Single(await rig.ListAsync()).Failure);
    }

    [Theory]
    [InlineData("https://10.0.0.7/hook", false, "stands for no address")]
    [InlineData("https://169.254.169.254/latest/meta-data", true, "stands for no address")]
    [InlineData("https://[fd00::1]/hook", true, "stands for no address")]
    [InlineData("https://localhost:1/hook", false, "stands for no address")]
    [InlineData("http://hooks.example.com/x", true, "must be https")]
    [InlineData("https://me:pass@hooks.example.com/x", true, "a name or a password")]
    [InlineData("file:///etc/passwd", true, "no address")]
    public async Task PlaceThatHooksMayNotHave_IsNotConnectedTo(string url, bool allowsLoopback, string reason)
    {
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options =>
            {
                HookReceiver.Configure(options, "slack");
                options.AllowLoopback = allowsLoopback;
            },
            new Dictionary<string, string> { [HookReceiver.UrlVariable] = url });
        await rig.AskAsync();

        await rig.RoundAsync();

        Notification waiting = Assert.Single(await rig.ListAsync());
        Assert.Equal(NotificationState.Waiting, waiting.State);
        Assert.Contains(reason, waiting.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain("pass@", waiting.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecretsOfChannelsAndCommands_StandNowhere()
    {
        const string Token = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5";
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        receiver.Answer = answer => (answer.StatusCode, answer.Headers.RetryAfter) = (503, "1");
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options => HookReceiver.Configure(options, "webhook"), receiver.Variables);
        await rig.AskAsync(subject: $"curl -H 'Authorization: token {Token}' {HookReceiver.Secret}\nsecond line");
        await rig.RoundAsync();
        await rig.RoundAsync();
        IReadOnlyList<Notification> stored = await rig.ListAsync();

        string rows = string.Join('\n', stored.Select(one => one.ToString()));
        string body = Assert.Single(receiver.Received).Body;
        Assert.Contains("curl -H", body, StringComparison.Ordinal);
        Assert.DoesNotContain("second line", body, StringComparison.Ordinal);
        foreach (string secret in new[] { Token, HookReceiver.Secret, HookReceiver.Path })
        {
            Assert.DoesNotContain(secret, body, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, rows, StringComparison.Ordinal);
        }
    }

    private static async Task<ReceivedHook> SendAsync(string kind)
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options, kind), receiver.Variables);
        await rig.AskAsync(question: "May <!channel> *run* [this](https://evil.example)?\r\nX-Injected: 1");

        await rig.RoundAsync();

        Assert.Equal(NotificationState.Sent, Assert.Single(await rig.ListAsync()).State);
        ReceivedHook hook = Assert.Single(receiver.Received);
        Assert.DoesNotContain("X-Injected", hook.Headers.Keys);
        return hook;
    }
}
