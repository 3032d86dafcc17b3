using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Agent.Notifications;
using Orchestrator.Agent.Policies;

namespace Orchestrator.Notifications.Tests;

public sealed class DeliveryTests
{
    [Fact]
    public async Task DiedBetweenSendingAndItsRow_IsSentAgainWithTheSameKey()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig first = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        await first.AskAsync();
        using var death = new CancellationTokenSource();
        receiver.Answer = _ => death.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.RoundAsync(death.Token));
        receiver.Answer = _ => { };
        await using NotifyRig next = await NotifyRig.OpenAsync(first.Data, first.Time, options => HookReceiver.Configure(options), receiver.Variables);
        await next.RoundAsync();
        Assert.Single(receiver.Received);
        next.Time.Advance(Delivery.Claim);
        await next.RoundAsync();
        await next.RoundAsync();

        Assert.Equal(2, receiver.Received.Count);
        Assert.Single(receiver.Received.Select(one => one.Key).Distinct());
        Assert.Equal(NotificationState.Sent, Assert.Single(await next.ListAsync()).State);
    }

    [Fact]
    public async Task OutageOfAnHour_LosesNothingAndTriesRarely()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        receiver.Answer = answer => (answer.StatusCode, answer.Headers.RetryAfter) = (503, "1");
        await rig.AskAsync("a1");
        await rig.AskAsync("a2");

        await PassAsync(rig, TimeSpan.FromHours(1));
        int tried = receiver.Received.Count;
        receiver.Answer = _ => { };
        await PassAsync(rig, TimeSpan.FromMinutes(61));

        Assert.InRange(tried, 4, 20);
        Assert.Equal(tried + 2, receiver.Received.Count);
        Assert.All(await rig.ListAsync(), one => Assert.Equal(NotificationState.Sent, one.State));
        Assert.Equal(2, receiver.Received.Select(one => one.Key).Distinct().Count());
    }

    [Fact]
    public async Task RefusedForGood_IsGivenUpAndSentOnRetry()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        receiver.Answer = answer => answer.StatusCode = StatusCodes.Status400BadRequest;
        await rig.AskAsync();

        await rig.RoundAsync();
        Notification failed = Assert.Single(await rig.Store.ListAsync(true, 10, CancellationToken.None));
        receiver.Answer = _ => { };
        Assert.True(await rig.Store.RetryAsync(failed.Id, CancellationToken.None));
        await rig.RoundAsync();

        Assert.Equal("127.0.0.1 answered 400.", failed.Failure);
        Assert.Equal(NotificationState.Sent, Assert.Single(await rig.ListAsync()).State);
        Assert.False(await rig.Store.RetryAsync(failed.Id, CancellationToken.None));
    }

    [Fact]
    public async Task EachEvent_IsToldOnce()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        var terms = new AskTerms
        {
            RemindAfter = TimeSpan.FromMinutes(10),
            EscalateAfter = TimeSpan.FromMinutes(30),
            EscalateTo = [new() { Roles = ["lead"] }],
            ExpireAfter = TimeSpan.FromHours(1),
            AtEnd = EndAction.Deny,
        };
        await rig.AskAsync("a1", terms: terms);
        await rig.AskAsync("a1", terms: terms);
        await rig.RoundAsync();
        foreach (int minutes in new[] { 11, 20, 40 })
        {
            rig.Time.Advance(TimeSpan.FromMinutes(minutes));
            await rig.Approvals.AttendAsync("a1", CancellationToken.None);
            await rig.Approvals.AttendAsync("a1", CancellationToken.None);
            await rig.RoundAsync();
        }

        await rig.AskAsync("a2");
        await rig.RoundAsync();
        await rig.DecideAsync("a2");
        await rig.FinishAsync();
        await rig.FinishAsync();
        await rig.RoundAsync();

        Assert.Equal(
            ["approvalOpened", "approvalReminded", "approvalEscalated", "approvalReminded", "approvalExpired", "approvalOpened", "approvalDecided", "runFinished"],
            receiver.Received.SelectMany(one => one.Events));
    }

    [Fact]
    public async Task DecidedBeforeItWasSent_NobodyIsAsked()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options => HookReceiver.Configure(options, more: channel => channel.Events.Add("approvalOpened")), receiver.Variables);
        await rig.AskAsync();
        await rig.DecideAsync();

        await rig.RoundAsync();

        Assert.Empty(receiver.Received);
        Assert.Equal(NotificationState.Moot, Assert.Single(await rig.ListAsync()).State);
    }

    [Fact]
    public async Task QuietHours_HoldBackWhatIsNotUrgentAndSumItUp()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options => HookReceiver.Configure(options, more: channel =>
            {
                (channel.Hours.Zone, channel.Hours.QuietFrom, channel.Hours.QuietTo) = ("Europe/Berlin", "13:00", "20:00");
            }),
            receiver.Variables);
        await rig.AskAsync("a1", terms: new AskTerms { RemindAfter = TimeSpan.FromMinutes(10) });
        await rig.AskAsync("a2");
        await rig.AskAsync("a3");
        await rig.DecideAsync("a3");
        rig.Time.Advance(TimeSpan.FromMinutes(11));
        await rig.Approvals.AttendAsync("a1", CancellationToken.None);
        await rig.RoundAsync();
        Assert.Empty(receiver.Received);

        rig.Time.Advance(TimeSpan.FromHours(6));
        await rig.RoundAsync();

        ReceivedHook summary = Assert.Single(receiver.Received);
        Assert.Equal(
            [("approvalOpened", "a2"), ("approvalDecided", "a3"), ("approvalReminded", "a1")],
            summary.Notifications.Select(told => (told.GetProperty("event").GetString(), told.GetProperty("approvalId").GetString())));
    }

    [Fact]
    public async Task Urgent_IsToldInQuietHours()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options => HookReceiver.Configure(options, more: channel =>
            {
                (channel.Hours.QuietFrom, channel.Hours.QuietTo) = ("10:00", "20:00");
                channel.Hours.Urgent.Add("runFinished");
            }),
            receiver.Variables);
        await rig.AskAsync();
        await rig.FinishAsync();

        await rig.RoundAsync();

        Assert.Equal(["runFinished"], Assert.Single(receiver.Received).Events);
    }

    [Fact]
    public async Task Digest_IsOneMessageThatStaysAsItWas()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options => HookReceiver.Configure(options, more: channel => (channel.Hours.Zone, channel.Hours.DigestAt) = ("Europe/Berlin", "17:00")), receiver.Variables);
        receiver.Answer = answer => (answer.StatusCode, answer.Headers.RetryAfter) = (503, "1");
        await rig.AskAsync("a1");
        await rig.AskAsync("a2");
        await rig.RoundAsync();
        Assert.Empty(receiver.Received);

        rig.Time.Advance(TimeSpan.FromHours(3));
        await rig.RoundAsync();
        receiver.Answer = _ => { };
        await rig.AskAsync("a3");
        rig.Time.Advance(TimeSpan.FromHours(24));
        await rig.RoundAsync();

        Assert.Equal([2, 1, 2], receiver.Received.Select(one => one.Events.Count));
        Assert.Equal(receiver.Received.ElementAt(0).Key, receiver.Received.ElementAt(2).Key);
        Assert.NotEqual(receiver.Received.ElementAt(0).Key, receiver.Received.ElementAt(1).Key);
    }

    [Fact]
    public async Task TwoPostmenAtOnce_SendEachOnce()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig one = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        await using NotifyRig other = await NotifyRig.OpenAsync(one.Data, one.Time, options => HookReceiver.Configure(options), receiver.Variables);
        foreach (int number in Enumerable.Range(0, 50))
        {
            await one.AskAsync($"a{number}");
        }

        await Task.WhenAll(one.RoundAsync(), other.RoundAsync());
        await Task.WhenAll(one.RoundAsync(), other.RoundAsync());

        Assert.Equal(50, receiver.Received.Count);
        Assert.Equal(50, receiver.Received.Select(hook => hook.Key).Distinct().Count());
        Assert.All(await one.ListAsync(), told => Assert.Equal((NotificationState.Sent, 1), (told.State, told.Attempts)));
    }

    [Fact]
    public async Task ChannelThatHangs_HoldsUpNoOther()
    {
        var sender = new HangingSender("slow");
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options =>
            {
                options.Channels.Add(new ChannelOptions { Name = "slow", Kind = "slack", UrlEnv = "A" });
                options.Channels.Add(new ChannelOptions { Name = "swift", Kind = "slack", UrlEnv = "B" });
            },
            sender: sender);
        await rig.AskAsync();
        using var over = new CancellationTokenSource();

        Task round = rig.RoundAsync(over.Token);
        await sender.Sent.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await over.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
    }

    [Fact]
    public async Task ProcessThatEnds_StillSendsWhatHappenedLast()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        using Postman postman = PostmanOf(rig);
        await postman.StartAsync(CancellationToken.None);
        await rig.FinishAsync();

        await postman.StopAsync(CancellationToken.None);

        Assert.Equal(["runFinished"], Assert.Single(receiver.Received).Events);
    }

    [Fact]
    public async Task ProcessThatEndsWhileItSends_FinishesThat()
    {
        await using HookReceiver receiver = await HookReceiver.StartAsync();
        await using NotifyRig rig = await NotifyRig.StartAsync(options => HookReceiver.Configure(options), receiver.Variables);
        using Postman postman = PostmanOf(rig);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goesOn = new ManualResetEventSlim();
        receiver.Answer = _ =>
        {
            arrived.TrySetResult();
            goesOn.Wait();
        };
        await rig.AskAsync();
        await postman.StartAsync(CancellationToken.None);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));

        Task stopping = postman.StopAsync(CancellationToken.None);
        goesOn.Set();
        await stopping;

        Assert.Equal(NotificationState.Sent, Assert.Single(await rig.ListAsync()).State);
    }

    [Fact]
    public async Task MoreThanAWriteTakes_AreAllAddressedInARound()
    {
        await using NotifyRig rig = await NotifyRig.StartAsync(
            options => options.Channels.Add(new ChannelOptions { Name = "all", Kind = "slack", UrlEnv = "A" }), sender: new HangingSender("none"));
        await Task.WhenAll(Enumerable.Range(0, 250).Select(number => rig.AskAsync($"a{number}")));

        await rig.RoundAsync();

        Assert.Equal(250, (await rig.ListAsync()).Count);
    }

    private static Postman PostmanOf(NotifyRig rig) =>
        new(rig.Services.GetRequiredService<NoticeRouting>(), rig.Services.GetRequiredService<Delivery>(), rig.Store, rig.Time, NullLogger<Postman>.Instance);

    private static async Task PassAsync(NotifyRig rig, TimeSpan span)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(20))
        {
            await rig.RoundAsync();
            rig.Time.Advance(TimeSpan.FromSeconds(20));
        }
    }

    private sealed class HangingSender(string hangs) : INotificationSender
    {
        public TaskCompletionSource Sent { get; } = new();

        public async Task SendAsync(Channel channel, Letter letter, CancellationToken cancellationToken)
        {
            if (channel.Name == hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            Sent.TrySetResult();
        }
    }
}
