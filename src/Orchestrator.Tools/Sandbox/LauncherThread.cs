using System.Collections.Concurrent;
using System.Diagnostics;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Sandbox;

/// <summary>
/// Starts processes from one thread that lives as long as this process. Bubblewrap dies with the thread that started it: from a
/// pool thread a helper would be killed when the pool shrinks.
/// </summary>
internal sealed class LauncherThread : IDisposable
{
    private readonly BlockingCollection<Action> _starts = [];
    private readonly Lazy<Thread> _thread;

    public LauncherThread() => _thread = new(() =>
    {
        Thread thread = new(Loop) { IsBackground = true, Name = "launcher" };
        thread.Start();
        return thread;
    });

    public async Task<Process> StartAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        _ = _thread.Value;
        TaskCompletionSource<Process> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _starts.Add(() => Start(start, started), cancellationToken);
        return await started.Task;
    }

    public void Dispose()
    {
        _starts.CompleteAdding();
        if (_thread.IsValueCreated)
        {
            _thread.Value.Join();
        }

        _starts.Dispose();
    }

    private static void Start(ProcessStartInfo start, TaskCompletionSource<Process> started)
    {
        Process process = new() { StartInfo = start };
        try
        {
            HostDevices.Protect();
            Descriptors.CloseOnExec();
            process.Start();
            started.SetResult(process);
        }
        catch (Exception failure) // Handed to the caller, who alone can act on it; this thread goes on.
        {
            process.Dispose();
            started.SetException(failure);
        }
    }

    private void Loop()
    {
        foreach (Action start in _starts.GetConsumingEnumerable())
        {
            start();
        }
    }
}
