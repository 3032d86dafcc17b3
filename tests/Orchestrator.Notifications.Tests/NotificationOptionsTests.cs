using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Notifications;

namespace Orchestrator.Notifications.Tests;

public sealed class NotificationOptionsTests
{
    public static TheoryData<Action<NotificationOptions>, string> Wrong { get; } = new()
    {
        { options => options.Channels.Add(new() { Name = "a\r\nb", Kind = "slack", UrlEnv = "URL" }), "Notifications:Channels:0:Name in settings.json" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "pager", UrlEnv = "URL" }), "'pager' is none of email, slack, teams, webhook" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "slack", UrlEnv = "https://hooks.example/x" }), "must be the name of an environment variable" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "webhook", UrlEnv = "URL" }), "SecretEnv in settings.json is missing" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "email", To = { "x@example.com\nBcc: y@example.com" } }), "is no mail address" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "email", To = { "x@example.com" } }), "Notifications:Mail in settings.json is missing" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "slack", UrlEnv = "URL", Events = { "opened" } }), "'opened' is none of approvalOpened" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "slack", UrlEnv = "URL", Hours = { Zone = "Mars/Base" } }), "'Mars/Base' is no time zone" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "slack", UrlEnv = "URL", Hours = { QuietFrom = "22:00" } }), "belong together" },
        { options => options.Channels.Add(new() { Name = "a", Kind = "slack", UrlEnv = "URL", Hours = { DigestAt = "9" } }), "'9' is no time of day" },
        { options => options.Mail = new() { Host = "mail.example", From = "a@example.com", Security = "none" }, "none is for a server on this machine" },
        { options => options.Detail = "all", "'all' is none of none, line, full" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task WrongSettings_AreNamedByPlace(Action<NotificationOptions> configure, string fault)
    {
        await using NotifyRig rig = await NotifyRig.StartAsync(configure);

        var failure = Assert.Throws<OptionsValidationException>(() => rig.Services.GetRequiredService<Channels>());

        Assert.Contains(fault, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingVariable_IsNamedAndNothingElse()
    {
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options));
        Channels channels = rig.Services.GetRequiredService<Channels>();

        Assert.Equal($"The environment variable {HookReceiver.UrlVariable} is not set.", channels.FaultOf(channels.All[0]));
    }
}
