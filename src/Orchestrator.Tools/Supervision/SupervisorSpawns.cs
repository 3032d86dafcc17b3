using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Supervision;

/// <summary>The supervisors that one follower of a command has started for it: few, and one at a time.</summary>
internal sealed class SupervisorSpawns(CommandFolder folder, CommandStarts starts, TimeProvider time) : IDisposable
{
    // A supervisor that can't start must not be started for ever.
    private const int Most = 3;

    private SupervisorProcess? _latest;
    private StartTurn? _turn;
    private int _count;

    /// <summary>Why no further one is worth its start; null if one is.</summary>
    public string? GivenUpFor => _latest is not { Ended.IsCompleted: true } ? null : _latest.End switch
    {
        SupervisorEnd.NoSpace => CommandFolder.NoSpace,
        SupervisorEnd.NoSandbox => CommandFolder.SpawnFailed,
        _ => _count == Most ? CommandFolder.SpawnFailed : null,
    };

    /// <summary>Starts one when it is its turn, unless the latest has not yet shown what it does.</summary>
    public async Task SpawnAsync(CancellationToken cancellationToken)
    {
        if (_latest is null or { Ended.IsCompleted: true })
        {
            _latest?.Dispose();
            _latest = null;
            _turn ??= await starts.TurnAsync(cancellationToken);
            _latest = SupervisorProcess.Start(folder);
            _count++;
        }
    }

    /// <summary>The command has begun: soon others may.</summary>
    public void Begun() => _turn?.Begun();

    /// <summary>Waits, but no longer than until the latest one ends; after that there is only the folder to look at.</summary>
    public Task WaitAsync(TimeSpan look, CancellationToken cancellationToken)
    {
        Task delay = Task.Delay(look, time, cancellationToken);
        return _latest is null or { Ended.IsCompleted: true } ? delay : Task.WhenAny(_latest.Ended, delay).Unwrap();
    }

    public void Dispose()
    {
        _turn?.Dispose();
        _latest?.Dispose();
    }
}
