using System.Collections.Concurrent;
using Orchestrator.Failpoints;
using Orchestrator.Testing.Processes;

namespace Orchestrator.Reliability.Tests.Processes;

/// <summary>
/// A hub or a worker in a process of its own that is started again whenever it is killed, at once. With a failpoint it is
/// started so that it dies there, until it has done so as often as it was told.
/// </summary>
internal sealed class Respawned : IAsyncDisposable
{
    public const string Executable = "Orchestrator.Reliability.Tests";

    private const int Killed = 128 + 9;

    private readonly IEnumerable<string> _arguments;
    private readonly string? _failpoint;
    private readonly int _deathsWanted;
    private readonly KeyValuePair<string, string>[] _environment;
    private readonly Task _loop;
    private volatile ChildProcess? _process;
    private volatile bool _isStopping;
    private int _deaths;

    /// <param name="arguments">Of <see cref="Program"/>.</param>
    /// <param name="failpoint">Where it is to die, with the number of the visit; null for nowhere.</param>
    /// <param name="deathsWanted">How often it is to die there.</param>
    /// <param name="environment">What it finds in its environment besides.</param>
    public Respawned(
        IEnumerable<string> arguments,
        string? failpoint = null,
        int deathsWanted = 1,
        params KeyValuePair<string, string>[] environment)
    {
        _arguments = arguments;
        _failpoint = failpoint;
        _deathsWanted = deathsWanted;
        _environment = environment;
        _loop = RunAsync();
    }

    /// <summary>How often it was killed.</summary>
    public int Deaths => Volatile.Read(ref _deaths);

    /// <summary>Exit codes of a process that was not killed, and should not have ended.</summary>
    public ConcurrentQueue<int> UnexpectedEnds { get; } = [];

    /// <summary>The process that runs now.</summary>
    public int Id => _process?.Id ?? 0;

    /// <summary>Kills what runs now; the next one starts at once.</summary>
    public async Task KillAsync()
    {
        try
        {
            await (_process?.KillAsync() ?? Task.CompletedTask);
        }
        catch (InvalidOperationException)
        {
            // It has just ended by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        while (!_loop.IsCompleted)
        {
            // One may just have been started.
            await KillAsync();
            await Task.WhenAny(_loop, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
        }

        await _loop;
    }

    private async Task RunAsync()
    {
        while (!_isStopping)
        {
            bool isDoomed = _failpoint is not null && Deaths < _deathsWanted;
            IEnumerable<KeyValuePair<string, string>> environment =
                isDoomed ? [.. _environment, KeyValuePair.Create(Failpoint.Variable, _failpoint!)] : _environment;
            await using ChildProcess process = ChildProcess.Start(Executable, _arguments, environment);
            _process = process;
            int exitCode = await process.EndAsync(CancellationToken.None);
            if (exitCode == Killed)
            {
                Interlocked.Increment(ref _deaths);
            }
            else if (!_isStopping)
            {
                UnexpectedEnds.Enqueue(exitCode);
            }
        }
    }
}
