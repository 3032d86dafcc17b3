using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Runs;

/// <summary>
/// Commands without walls and without a supervisor: bash on this machine, in the workspace. It is sandbox, command runner and
/// <c>bash</c> tool in one, starts each named command once and counts what it started.
/// </summary>
internal sealed class HostCommands : ISandbox, ICommandRunner, ITool
{
    /// <summary>A command that plays the outcome that nothing can be proven of.</summary>
    public const string LosesItsSupervisor = "lose the supervisor";

    /// <summary>The same, in its second slice, when nine tenths of that have gone by on <see cref="Time"/>.</summary>
    public const string LosesItsSupervisorLate = "lose the supervisor late";

    private const double LateShare = 0.9;

    /// <summary>What a command ends with that changes files before that happens.</summary>
    public const string ThenLosesItsSupervisor = "; : and lose the supervisor";

    /// <summary>A command that makes the activity throw.</summary>
    public const string Throws = "throw";

    /// <summary>A command that is not started once, for want of space.</summary>
    public const string FindsNoRoom = "find no room";

    /// <summary>A command that a full disk ends once.</summary>
    public const string FindsFullDisk = "find the disk full";

    /// <summary>A command that ends only when somebody cancels it.</summary>
    public const string NeverEnds = "sleep infinity";

    /// <summary>A command that doesn't even end then.</summary>
    public const string CannotBeEnded = "sleep through everything";

    private readonly ConcurrentDictionary<string, Lazy<Task<ToolOutcome>>> _commands = [];
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _cancellations = [];
    private readonly ConcurrentQueue<string> _started = [];
    private readonly ConcurrentQueue<string> _stillRunning = [];
    private readonly ConcurrentQueue<string> _canceled = [];

    private readonly ConcurrentQueue<string> _opened = [];
    private readonly ConcurrentQueue<string?> _offered = [];
    private readonly TaskCompletionSource _lateLoss = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _askedToEnd;
    private int _lackedRoom;

    /// <summary>What each ask for a command, its first and those that go on with it, would let it reach; null for nothing.</summary>
    public IReadOnlyList<string?> Offered => [.. _offered];

    /// <summary>The activities' clock, for commands whose time goes by without being waited for.</summary>
    public LeapingTime? Time { get; set; }

    /// <summary>What each call or setup command that was started could reach, described; those that could reach nothing are left out.</summary>
    public IReadOnlyList<string> Opened => [.. _opened];

    /// <summary>The scripts that were started, in order.</summary>
    public IReadOnlyList<string> Started => [.. _started];

    /// <summary>The scripts that were left running at the end of a slice, each as often as it was.</summary>
    public IReadOnlyList<string> StillRunning => [.. _stillRunning];

    /// <summary>The scripts that ended because they were canceled.</summary>
    public IReadOnlyList<string> Canceled => [.. _canceled];

    /// <summary>How often the end of a folder's commands was asked for.</summary>
    public int AskedToEnd => _askedToEnd;

    public ToolDefinition Definition { get; } = new("bash", "Runs a command.", "{}", EffectClass.Contained);

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public async Task<SandboxOutput> RunAsync(
        Workspace workspace, IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        ToolResult result = await RunProcessAsync(workspace.Tree, command);
        return new SandboxOutput(result.ExitCode, result.Output, string.Empty);
    }

    public Task<ToolOutcome> RunAsync(SandboxedCommand command, CancellationToken cancellationToken) =>
        FollowAsync(command.Folder, command.Script, command.Workspace, command.FollowFor, command.Egress);

    public Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        using JsonDocument arguments = JsonDocument.Parse(invocation.Arguments);
        string script = arguments.RootElement.GetProperty("command").GetString()!;
        return FollowAsync(invocation.EffectFolder, script, invocation.Workspace, invocation.FollowFor, invocation.Egress);
    }

    public bool HasBegun(string folder) => _commands.ContainsKey(folder);

    public Task CancelAsync(string folder, CancellationToken cancellationToken)
    {
        CancellationOf(folder).TrySetResult();
        return Task.CompletedTask;
    }

    /// <summary>None has input here.</summary>
    public Task EndSessionsAsync(string parent, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task EndAllAsync(string parent, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _askedToEnd);
        foreach ((string folder, Lazy<Task<ToolOutcome>> command) in _commands.Where(command => Path.GetDirectoryName(command.Key) == parent))
        {
            CancellationOf(folder).TrySetResult();
            await ((Task)command.Value).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task<ToolOutcome> FollowAsync(string folder, string script, Workspace workspace, TimeSpan followFor, IReadOnlyList<EgressGrant> egress)
    {
        _offered.Enqueue(EgressPolicy.Describe(egress));
        Task<ToolOutcome> command = _commands.GetOrAdd(folder, _ => new Lazy<Task<ToolOutcome>>(() =>
        {
            if (EgressPolicy.Describe(egress) is { } open)
            {
                _opened.Enqueue(open);
            }

            return StartAsync(folder, script, workspace);
        })).Value;
        if (script == LosesItsSupervisorLate && IsBeforeItsLoss(script, followFor))
        {
            return new ToolOutcome.Running();
        }

        if (await Task.WhenAny(command, Task.Delay(followFor, TimeProvider.System)) == command)
        {
            return await command;
        }

        _stillRunning.Enqueue(script);
        return new ToolOutcome.Running();
    }

    /// <returns>It still runs at the end of the slice.</returns>
    private bool IsBeforeItsLoss(string script, TimeSpan slice)
    {
        bool isFirst = !_stillRunning.Contains(script);
        Time!.Leap(isFirst ? slice : slice * LateShare);
        if (isFirst)
        {
            _stillRunning.Enqueue(script);
        }
        else
        {
            _lateLoss.TrySetResult();
        }

        return isFirst;
    }

    private async Task<ToolOutcome> StartAsync(string folder, string script, Workspace workspace)
    {
        _started.Enqueue(script);
        ToolResult nothing = new() { ExitCode = 137, Output = "half"u8.ToArray(), OutputBytes = 4 };
        switch (script)
        {
            case Throws:
                throw new InvalidOperationException("the disk is on fire");
            case LosesItsSupervisor:
                return new ToolOutcome.Interrupted(nothing with { End = EndReason.SupervisorLost }, "supervisor_lost");
            case LosesItsSupervisorLate:
                await _lateLoss.Task;
                goto case LosesItsSupervisor;
            case FindsNoRoom when Interlocked.Increment(ref _lackedRoom) == 1:
                Directory.CreateDirectory(folder);
                _commands.TryRemove(folder, out _);
                return new ToolOutcome.NeverStarted(ToolOutcome.NoSpace);
            case FindsFullDisk when Interlocked.Increment(ref _lackedRoom) == 1:
                return new ToolOutcome.Finished(nothing with { End = EndReason.DiskFull });
            case FindsNoRoom or FindsFullDisk:
                return new ToolOutcome.Finished(nothing with { ExitCode = 0 });
            case CannotBeEnded:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
                goto default;
            case NeverEnds:
                await CancellationOf(folder).Task;
                _canceled.Enqueue(script);
                return new ToolOutcome.Finished(nothing with { End = EndReason.Canceled });
            case var lost when lost.EndsWith(ThenLosesItsSupervisor, StringComparison.Ordinal):
                await RunProcessAsync(workspace.Tree, ["bash", "-c", script]);
                goto case LosesItsSupervisor;
            default:
                return new ToolOutcome.Finished(await RunProcessAsync(workspace.Tree, ["bash", "-c", script]));
        }
    }

    private TaskCompletionSource CancellationOf(string folder) =>
        _cancellations.GetOrAdd(folder, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private static async Task<ToolResult> RunProcessAsync(string folder, IReadOnlyList<string> command)
    {
        long startedAt = TimeProvider.System.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return new ToolResult { ExitCode = process.ExitCode, Output = output.ToArray(), OutputBytes = output.Length, Elapsed = TimeProvider.System.GetElapsedTime(startedAt) };
    }
}
