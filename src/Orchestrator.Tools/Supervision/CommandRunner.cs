using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Tools;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Mcp;

namespace Orchestrator.Tools.Supervision;

/// <summary>Starts a command at most once and follows it, by what lies in its folder; it may itself be killed at any moment.</summary>
internal sealed class CommandRunner(
    CommandPreparation preparation, CommandStarts starts, McpConnections servers, TimeProvider time, ILogger<CommandRunner> logger) : ICommandRunner
{
    private static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestLook = TimeSpan.FromMilliseconds(200);

    /// <summary>What a supervisor may need beyond a command's grace: it syncs the tree before it records the end.</summary>
    private static readonly TimeSpan EndMargin = TimeSpan.FromSeconds(10);

    public async Task<ToolOutcome> RunAsync(SandboxedCommand command, CancellationToken cancellationToken)
    {
        CommandFolder folder = new(command.Folder);
        try
        {
            preparation.Prepare(command, folder);
        }
        catch (IOException failure) when (failure.HResult == Libc.NoSpace)
        {
            return await GiveUpAsync(folder, CommandFolder.NoSpace, cancellationToken);
        }

        return await FollowAsync(folder, command.FollowFor, cancellationToken);
    }

    public bool HasBegun(string folder)
    {
        new CommandFolder(folder).Log.TakeUp();
        return Directory.Exists(folder);
    }

    public Task CancelAsync(string folder, CancellationToken cancellationToken) =>
        File.WriteAllBytesAsync(new CommandFolder(folder).Cancel, [], cancellationToken);

    public Task EndAllAsync(string parent, CancellationToken cancellationToken) => EndAsync(parent, Begun(parent), cancellationToken);

    public Task EndSessionsAsync(string parent, CancellationToken cancellationToken) =>
        EndAsync(parent, [.. Begun(parent).Where(folder => File.Exists(folder.Input))], cancellationToken);

    private static CommandFolder[] Begun(string parent) => !Directory.Exists(parent)
        ? []
        : [.. Directory.EnumerateDirectories(parent).Select(path => new CommandFolder(path)).Where(folder => File.Exists(folder.Intent) && !folder.HasEnded)];

    private async Task EndAsync(string parent, CommandFolder[] begun, CancellationToken cancellationToken)
    {
        Task closing = servers.CloseAsync(parent);
        foreach (CommandFolder folder in begun)
        {
            await CancelAsync(folder.Path, cancellationToken);
        }

        foreach (CommandFolder folder in begun)
        {
            await EndAsync(folder, cancellationToken);
        }

        await closing;
    }

    /// <summary>
    /// The supervisor ends the command within its grace; one that is gone has left remains at most. What isn't started yet never will be: a
    /// supervisor may be on its way to it.
    /// </summary>
    /// <exception cref="IOException">The supervisor doesn't end it.</exception>
    private async Task EndAsync(CommandFolder folder, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        TimeSpan patience = CommandJson.ReadIntent(await File.ReadAllBytesAsync(folder.Intent, cancellationToken)).Grace + EndMargin;
        CommandPhase phase = CommandProbe.Look(folder);
        while (phase == CommandPhase.Running || (phase == CommandPhase.New && !TryWithdraw(folder, CommandFolder.Ended)))
        {
            if (time.GetElapsedTime(begun) > patience)
            {
                throw new IOException($"The command of {folder.Path} was asked to end, and its supervisor still holds it after {patience.TotalSeconds:0.#} s.");
            }

            await Task.Delay(ShortestLook, time, cancellationToken);
            phase = CommandProbe.Look(folder);
        }

        if (phase == CommandPhase.Dead)
        {
            await new SandboxRemains(folder, time).ClearAsync(cancellationToken);
        }
    }

    /// <summary>Starts the command that is laid out there, if nobody has, and follows it.</summary>
    internal async Task<ToolOutcome> FollowAsync(CommandFolder folder, TimeSpan followFor, CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        using SupervisorSpawns spawns = new(folder, starts, time);
        TimeSpan look = ShortestLook;
        do
        {
            switch (CommandProbe.Look(folder))
            {
                case CommandPhase.Ended:
                    return CommandOutcome.Ended(folder);

                case CommandPhase.Withdrawn:
                    return new ToolOutcome.NeverStarted(folder.Withdrawal!);

                case CommandPhase.Dead:
                    await new SandboxRemains(folder, time).ClearAsync(cancellationToken);
                    Log.SupervisorLost(logger, folder.Path);
                    return CommandOutcome.Interrupted(folder);

                case CommandPhase.New when spawns.GivenUpFor is { } reason:
                    return await GiveUpAsync(folder, reason, cancellationToken);

                case CommandPhase.New:
                    await spawns.SpawnAsync(cancellationToken);
                    break;

                case CommandPhase.Running when folder.HasStarted:
                    spawns.Begun();
                    break;

                case CommandPhase.Running:
                    break;
            }

            await spawns.WaitAsync(look, cancellationToken);
            look = look * 2 < LongestLook ? look * 2 : LongestLook;
        }
        while (time.GetElapsedTime(begun) < followFor || folder.HasEnded);

        return new ToolOutcome.Running();
    }

    /// <summary>Makes sure that the command is never started after it was said not to be.</summary>
    private async Task<ToolOutcome> GiveUpAsync(CommandFolder folder, string reason, CancellationToken cancellationToken)
    {
        while (!TryWithdraw(folder, reason))
        {
            if (folder.HasStarted)
            {
                return new ToolOutcome.Running();
            }

            await Task.Delay(ShortestLook, time, cancellationToken);
        }

        Log.NeverStarted(logger, folder.Path, reason);
        return new ToolOutcome.NeverStarted(reason);
    }

    private static bool TryWithdraw(CommandFolder folder, string reason)
    {
        try
        {
            using FolderLock? held = FolderLock.TryTake(folder.Lock);
            if (held is null || folder.HasStarted)
            {
                return false;
            }

            folder.Withdraw(reason);
            return true;
        }
        catch (IOException failure) when (failure.HResult is Libc.NoSpace or Libc.NoSuchFile)
        {
            // Where not even an empty file can be made, there is no intent that could be started.
            return !File.Exists(folder.Intent);
        }
    }
}
