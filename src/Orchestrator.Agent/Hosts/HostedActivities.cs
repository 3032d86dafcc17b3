using System.Runtime.ExceptionServices;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tools;

namespace Orchestrator.Agent.Hosts;

/// <summary>
/// Has activities that need a workspace done where the workspace is: here, by the live host that holds it, or here again once this host
/// has taken it over from one that is lost. A line that breaks, a host that falls silent and a tenure that ends are looked at anew.
/// </summary>
public sealed class HostedActivities(
    IHostStore hosts,
    HostLease lease,
    WorkspaceTakeover takeover,
    IHostLine line,
    IRunFiles files,
    IServiceScopeFactory scopes,
    IOptions<HostOptions> options,
    IOptions<FollowOptions> follow,
    TimeProvider time,
    ILogger<HostedActivities> logger)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>An activity follows a command for no longer than a slice; what takes longer than that and a lease is asked for anew.</summary>
    private TimeSpan Patience => follow.Value.Slice + (2 * options.Value.Lease);

    /// <summary>Has the activity done, wherever its instance's workspace is.</summary>
    /// <exception cref="HostException">The host that holds it can't be had.</exception>
    /// <exception cref="TaskFailedException">It failed on another host.</exception>
    public async Task<object?> RunAsync(ITaskActivity activity, TaskActivityContext context, object? input)
    {
        long begun = time.GetTimestamp();
        string? told = null;
        while (true)
        {
            HeldWorkspace held = await HolderAsync(context.InstanceId);
            (Done? done, string obstacle) = held.Host.Id == lease.Host.Id
                ? await TryHereAsync(activity, context, input, held)
                : await TryThereAsync(activity, context, input, held);
            if (done is not null)
            {
                return done.Output;
            }

            if (time.GetElapsedTime(begun) > Patience)
            {
                throw new HostException(obstacle);
            }

            if (told != obstacle)
            {
                Log.Waits(logger, context.Name.Name, context.InstanceId, told = obstacle);
            }

            await Task.Delay(Look, time, CancellationToken.None);
        }
    }

    /// <summary>Does what another worker asks of this host. It is not passed on: who asks looks anew who holds the run.</summary>
    /// <exception cref="HostException">This host doesn't hold the run.</exception>
    public async Task<string?> RunForAnotherAsync(HostCall call)
    {
        HeldWorkspace held = await HolderAsync(call.Run);
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        ITaskActivity activity = scope.ServiceProvider.GetKeyedService<ITaskActivity>(call.Activity)
            ?? throw new HostException($"The tool host {lease.Host} knows no activity {call.Activity}: it is of another version.");
        object? input = JsonDataConverter.Default.Deserialize(call.Input, activity.InputType);
        (Done? done, string obstacle) = held.Host.Id == lease.Host.Id
            ? await TryHereAsync(activity, new Asked(call), input, held)
            : (null, $"The tool host {lease.Host} doesn't hold run {call.Run}, {held.Host} does.");
        return done is not null ? JsonDataConverter.Default.Serialize(done.Output) : throw new HostException(obstacle);
    }

    /// <summary>Who holds the workspace; this host if nobody does, or nobody who is live.</summary>
    private async Task<HeldWorkspace> HolderAsync(string run)
    {
        await lease.EnsureAsync(CancellationToken.None);
        HeldWorkspace? held = await hosts.FindAsync(run, CancellationToken.None);
        if (held is { CanBeTaken: false } || held?.Host.Id == lease.Host.Id)
        {
            return held;
        }

        HeldWorkspace now = await hosts.ClaimAsync(run, lease.Host.Id, CancellationToken.None);
        if (held is not null && now.Host.Id == lease.Host.Id)
        {
            Log.TakesOver(logger, lease.Host.Id, run, held.Host.Id);
        }

        return now;
    }

    private async Task<(Done? Done, string Obstacle)> TryHereAsync(ITaskActivity activity, TaskActivityContext context, object? input, HeldWorkspace held)
    {
        var tenure = new Tenure(held.Run, held.Host.Id, held.Epoch);
        Exception failure;
        try
        {
            return (await RunHereAsync(activity, context, input, tenure), $"The files of run {held.Run} are being restored by another worker of {held.Host}.");
        }
#pragma warning disable CA1031 // An activity may throw anything; in a tenure that is over it means nothing.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            failure = thrown;
        }

        if (await hosts.LastsAsync(tenure, CancellationToken.None))
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        Log.TakenOver(logger, held.Run, context.Name.Name);
        return (null, $"The workspace of run {held.Run} was taken over by another host.");
    }

    /// <returns>Null while another worker restores the files.</returns>
    private async Task<Done?> RunHereAsync(ITaskActivity activity, TaskActivityContext context, object? input, Tenure tenure)
    {
        HeldWorkspace held = await hosts.FindAsync(tenure.Run, CancellationToken.None) ?? throw new TenureException(tenure);
        if (!held.IsWhole)
        {
            if (!await takeover.TryRestoreAsync(tenure, CancellationToken.None))
            {
                return null;
            }

            held = await hosts.FindAsync(tenure.Run, CancellationToken.None) ?? throw new TenureException(tenure);
        }

        (tenure with { Restored = held.Restored, LostCalls = held.LostCalls }).Begin();
        var done = new Done(await activity.RunAsync(context, input));

        // Before anybody is told: what goes on from here may go on elsewhere.
        await files.KeepAsync(tenure.Run, CancellationToken.None);
        return done;
    }

    private async Task<(Done? Done, string Obstacle)> TryThereAsync(ITaskActivity activity, TaskActivityContext context, object? input, HeldWorkspace held)
    {
        if (!held.IsLive || held.Host.Address is null || held.Host.IsOutOfReach)
        {
            return (null, ObstacleOf(held));
        }

        using var unwanted = new CancellationTokenSource();
        Task watch = CancelWhenLostAsync(held, unwanted);
        try
        {
            var call = new HostCall(held.Run, context.Name.Name, context.Version, JsonDataConverter.Default.Serialize(input));
            Log.Forwarded(logger, call.Activity, call.Run, held.Host.Id);
            string? output = await line.CallAsync(held.Host, call, unwanted.Token);
            return (new Done(JsonDataConverter.Default.Deserialize(output, activity.OutputType)), string.Empty);
        }
        catch (HostException failure)
        {
            return (null, failure.Message);
        }
        finally
        {
            await unwanted.CancelAsync();
            await watch;
        }
    }

    /// <summary>A host that stands still keeps its line open: its lease says that it is lost.</summary>
    private async Task CancelWhenLostAsync(HeldWorkspace held, CancellationTokenSource unwanted)
    {
        while (!unwanted.IsCancellationRequested)
        {
            await Task.Delay(options.Value.RenewEvery, time, unwanted.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!unwanted.IsCancellationRequested && (await hosts.FindAsync(held.Run, CancellationToken.None))?.IsLive != true)
            {
                await unwanted.CancelAsync();
            }
        }
    }

    private static string ObstacleOf(HeldWorkspace held) => held switch
    {
        { IsLive: true, Host.IsOutOfReach: true } => $"The workspace of run {held.Run} is in {held.Host}, which listens on its own machine alone ({held.Host.Address}): start it with --listen and an address that this machine reaches.",
        { IsLive: true } => $"The workspace of run {held.Run} is in {held.Host}, whose workers serve no others: start them with --tools, or all others with --no-tools.",
        _ => $"The workspace of run {held.Run} is in {held.Host}, from a build before there were tool hosts, and nobody else may take it over: start a worker on that folder.",
    };

    /// <summary>An activity's output, which may be null.</summary>
    private sealed record Done(object? Output);

    private sealed class Asked(HostCall call) : TaskActivityContext
    {
        public override TaskName Name => call.Activity;

        public override string InstanceId => call.Run;

        public override string Version => call.Version;
    }
}
