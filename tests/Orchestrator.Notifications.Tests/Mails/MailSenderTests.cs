using MimeKit;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Notifications.Tests.Mails;

public sealed class MailSenderTests
{
    [Fact]
    public async Task Approval_GoesToItsDecidersAndTheEndToTheRequester()
    {
        await using var sink = new MailSink();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => Configure(options, sink));
        var terms = new AskTerms { Deciders = new() { People = ["ben"], Roles = ["lead"] } };

        await rig.AskAsync("a1", terms: terms);
        await rig.RoundAsync();
        await rig.AskAsync("a2", terms: terms with { Deciders = new() { People = ["ben", "stranger"] } });
        await rig.RoundAsync();
        await rig.FinishAsync();
        await rig.RoundAsync();

        Assert.Equal(
            ["ben@example.com", "leads@example.com", "ben@example.com", "ops@example.com", "anna@example.com"],
            sink.Received.Select(mail => Assert.Single(mail.Recipients)));
    }

    [Fact]
    public async Task Escalated_GoesToThoseOfTheRungAsWell()
    {
        await using var sink = new MailSink();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => Configure(options, sink));
        await rig.AskAsync("a1", terms: new AskTerms { Deciders = new() { People = ["ben"] }, EscalateAfter = TimeSpan.FromHours(1), EscalateTo = [new() { Roles = ["lead"] }] });
        await rig.RoundAsync();

        rig.Time.Advance(TimeSpan.FromMinutes(61));
        await rig.Approvals.AttendAsync("a1", CancellationToken.None);
        await rig.RoundAsync();

        Assert.Equal(["ben@example.com", "ben@example.com", "leads@example.com"], sink.Received.Select(mail => Assert.Single(mail.Recipients)).Order(StringComparer.Ordinal));
        Assert.Equal(2, sink.Received.Count(mail => mail.Message.Subject?.StartsWith("Approval needed, escalated", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task HostileNamesAndTexts_StayText()
    {
        await using var sink = new MailSink();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => Configure(options, sink), name: "x\r\nBcc: evil@example.com\r\n\r\n<b>body</b>");
        await rig.AskAsync(subject: "<img src=x onerror=alert(1)>", question: "May\r\nBcc: evil@example.com run?");

        await rig.RoundAsync();

        ReceivedMail mail = Assert.Single(sink.Received);
        MimeMessage message = mail.Message;
        Assert.Equal("ops@example.com", Assert.Single(mail.Recipients));
        Assert.Empty(message.Bcc);
        Assert.DoesNotContain("\n", message.Subject, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x", message.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", message.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", message.HtmlBody, StringComparison.Ordinal);
        Assert.Equal($"{Assert.Single(await rig.ListAsync()).Message}@orchestrator.example", message.MessageId);
        Assert.Contains("https://orchestrator.example/approvals/a1", message.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownMailbox_IsGivenUpAndTheOthersAreSent()
    {
        await using var sink = new MailSink { RecipientAnswer = "550 no such mailbox" };
        await using NotifyRig rig = await NotifyRig.StartAsync(options => Configure(options, sink));
        await rig.AskAsync("a1");
        await rig.RoundAsync();
        sink.RecipientAnswer = "250 ok";
        await rig.AskAsync("a2");
        await rig.RoundAsync();

        Assert.Single(sink.Received);
        Assert.Equal("127.0.0.1 answered 550 (RecipientNotAccepted).", Assert.Single(await rig.Store.ListAsync(true, 10, CancellationToken.None)).Failure);
    }

    [Fact]
    public async Task ServerThatWantsASignIn_IsSaidAndTriedAgain()
    {
        await using var sink = new MailSink { SenderAnswer = "530 authentication required" };
        await using NotifyRig rig = await NotifyRig.StartAsync(options => Configure(options, sink));
        await rig.AskAsync();

        await rig.RoundAsync();

        Notification waiting = Assert.Single(await rig.ListAsync());
        Assert.Equal((NotificationState.Waiting, 1), (waiting.State, waiting.Attempts));
        Assert.Contains("wants a sign-in", waiting.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerThatIsAway_IsTriedAgain()
    {
        var gone = new MailSink();
        int port = gone.Port;
        await gone.DisposeAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(options =>
        {
            Configure(options, gone: port);
        });
        await rig.AskAsync();

        await rig.RoundAsync();

        Notification waiting = Assert.Single(await rig.ListAsync());
        Assert.Equal((NotificationState.Waiting, 1), (waiting.State, waiting.Attempts));
        Assert.StartsWith("127.0.0.1:", waiting.Failure, StringComparison.Ordinal);
    }

    private static void Configure(NotificationOptions options, MailSink? sink = null, int gone = 0)
    {
        options.Mail = new MailServerOptions { Host = "127.0.0.1", Port = sink?.Port ?? gone, Security = "none", From = "bot@orchestrator.example" };
        options.PublicUrl = new Uri("https://orchestrator.example");
        options.Addresses["ben"] = "ben@example.com";
        options.Addresses["role lead"] = "leads@example.com";
        options.Addresses["anna"] = "anna@example.com";
        options.Channels.Add(new ChannelOptions { Name = "mail", Kind = "email", To = { "ops@example.com" } });
    }
}
