using System.Text.Json;
using MimeKit;
using Orchestrator.Notifications.Tests;

namespace Orchestrator.Cli.Tests.Notifying;

public sealed class NotifyingTests
{
    [Fact]
    public async Task ProcessKilledWhileARunWaits_EverythingIsToldOnce()
    {
        await using var mails = new MailSink();
        await using HookReceiver hooks = await HookReceiver.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        await ConfigureAsync(example, mails);
        (string Run, string Approval) asked = await AskAsync(example, hooks);

        using OrchestratorProcess next = Start(example, hooks, "resume", asked.Run, "--json");
        await next.AskedAsync();
        using OrchestratorProcess approve = await example.VerbAsync("approve", asked.Approval);
        await next.WaitAsync();

        Assert.True(next.ExitCode == 0, next.Error);
        string[] told = [.. hooks.Received.SelectMany(hook => hook.Events).OfType<string>()];
        Assert.Single(told, "approvalOpened");
        Assert.Contains("approvalReminded", told);
        Assert.Equal(["approvalDecided", "runFinished"], told[^2..]);
        Assert.Equal(hooks.Received.Count, hooks.Received.Select(hook => hook.Key).Distinct().Count());
        Assert.All(hooks.Received, hook => Assert.True(hook.IsSigned(HookReceiver.Secret, TimeProvider.System.GetUtcNow())));
        MimeMessage mail = Assert.Single(mails.Received, IsAsking).Message;
        Assert.Contains($"https://orchestrator.example/approvals/{asked.Approval}", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(mails.Received.Count, mails.Received.Select(one => one.Message.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task WrongSettings_StartNothingAndAreNamed()
    {
        using ExampleFolder example = await SmallTask.CreateAsync();
        await WriteSettingsAsync(example, """{ "Notifications": { "Channels": [{ "Name": "room", "Kind": "slack", "UrlEnv": "https://hooks.slack.com/services/T0/B0/secret-part" }] } }""");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("Notifications:Channels:0:UrlEnv in settings.json must be the name of an environment variable", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-part", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GivenUp_IsShownAndSentOnRetry()
    {
        await using var mails = new MailSink { RecipientAnswer = "550 no such mailbox" };
        await using HookReceiver hooks = await HookReceiver.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync(checkpoints: "{ final: ask }");
        await ConfigureAsync(example, mails);
        using (OrchestratorProcess first = await RunAsync(example, hooks, "run", example.Task, "--no-wait"))
        {
            Assert.Equal(3, first.ExitCode);
        }

        using OrchestratorProcess list = await example.VerbAsync("notifications", "list", "--failed", "--json");
        JsonElement failed = Assert.Single(list.Json.GetProperty("notifications").EnumerateArray());
        using OrchestratorProcess doctor = await RunAsync(example, hooks, "doctor");
        mails.RecipientAnswer = "250 ok";
        using OrchestratorProcess retry = await example.VerbAsync("notifications", "retry", $"{failed.GetProperty("id").GetInt64()}");
        using OrchestratorProcess again = await RunAsync(example, hooks, "resume", failed.GetProperty("runId").GetString()!, "--no-wait");

        Assert.Equal(("approvalOpened", "mail"), (failed.GetProperty("event").GetString(), failed.GetProperty("channel").GetString()));
        Assert.Contains("was given up: 127.0.0.1 answered 550", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("hook (webhook): is configured", doctor.Output, StringComparison.Ordinal);
        Assert.Equal(0, retry.ExitCode);
        Assert.Single(mails.Received, IsAsking);
    }

    [Fact]
    public async Task Channel_IsTried()
    {
        await using var mails = new MailSink();
        await using HookReceiver hooks = await HookReceiver.StartAsync();
        using ExampleFolder example = await SmallTask.CreateAsync();
        await ConfigureAsync(example, mails);

        using OrchestratorProcess hook = await RunAsync(example, hooks, "notifications", "test", "hook");
        using OrchestratorProcess mail = await RunAsync(example, hooks, "notifications", "test", "mail");
        using OrchestratorProcess without = await example.VerbAsync("notifications", "test", "hook");

        Assert.Equal((0, 0, 5), (hook.ExitCode, mail.ExitCode, without.ExitCode));
        Assert.True(Assert.Single(hooks.Received).IsSigned(HookReceiver.Secret, TimeProvider.System.GetUtcNow()));
        Assert.Equal(["ops@example.com"], Assert.Single(mails.Received).Recipients);
        Assert.Contains($"{HookReceiver.UrlVariable} is not set", without.Error, StringComparison.Ordinal);
    }

    /// <summary>Runs the task in a process that dies once it has told that a person is asked, and reminded of it.</summary>
    private static async Task<(string Run, string Approval)> AskAsync(ExampleFolder example, HookReceiver hooks)
    {
        using OrchestratorProcess first = Start(example, hooks, "run", example.Task);
        (string Run, string Approval) asked = (await first.RunIdAsync(), await first.AskedAsync());
        foreach (string kind in new[] { "approvalOpened", "approvalReminded" })
        {
            foreach (string channel in new[] { "mail", "hook" })
            {
                await Eventually.IsTrueAsync(() => IsSentAsync(example, kind, channel), () => $"{kind} by {channel}:\n{first.Error}");
            }
        }

        first.Kill();
        await first.WaitAsync();
        return asked;
    }

    private static bool IsAsking(ReceivedMail mail) => mail.Message.Subject?.StartsWith("Approval needed in run small", StringComparison.Ordinal) == true;

    private static async Task<bool> IsSentAsync(ExampleFolder example, string kind, string channel)
    {
        using OrchestratorProcess list = await example.VerbAsync("notifications", "list", "--json");
        return list.Json.GetProperty("notifications").EnumerateArray().Any(one =>
            one.GetProperty("event").GetString() == kind && one.GetProperty("channel").GetString() == channel && one.GetProperty("state").GetString() == "sent");
    }

    private static async Task ConfigureAsync(ExampleFolder example, MailSink mails)
    {
        await WriteSettingsAsync(example, $$"""
            { "Server": { "PublicUrl": "https://orchestrator.example" },
              "Notifications": {
                "AllowLoopback": true,
                "Mail": { "Host": "127.0.0.1", "Port": {{mails.Port}}, "Security": "none", "From": "bot@orchestrator.example" },
                "Channels": [
                  { "Name": "mail", "Kind": "email", "To": ["ops@example.com"] },
                  { "Name": "hook", "Kind": "webhook", "UrlEnv": "{{HookReceiver.UrlVariable}}", "SecretEnv": "{{HookReceiver.SecretVariable}}" }] } }
            """);
        await File.WriteAllTextAsync(Path.Combine(example.Data, "policies.yaml"), "checkpoints:\n  final: { remindAfter: 2s }\n");
    }

    private static Task WriteSettingsAsync(ExampleFolder example, string settings)
    {
        Directory.CreateDirectory(example.Data);
        return File.WriteAllTextAsync(Path.Combine(example.Data, "settings.json"), settings);
    }

    private static OrchestratorProcess Start(ExampleFolder example, HookReceiver hooks, params string[] arguments) =>
        OrchestratorProcess.Start([.. arguments, "--data", example.Data], [.. hooks.Variables.Select(variable => (variable.Key, (string?)variable.Value))]);

    private static async Task<OrchestratorProcess> RunAsync(ExampleFolder example, HookReceiver hooks, params string[] arguments)
    {
        OrchestratorProcess process = Start(example, hooks, arguments);
        await process.WaitAsync();
        return process;
    }
}
