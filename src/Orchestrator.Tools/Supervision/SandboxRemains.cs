using Orchestrator.Supervisor;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Tools.Supervision;

/// <summary>
/// What a supervisor that was killed leaves behind for a moment. Its sandbox dies with it, but not in the same instant; and bubblewrap
/// that was still setting itself up does not die at all, it waits for ever for a parent that is gone.
/// </summary>
internal sealed class SandboxRemains(CommandFolder folder, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Returns when no process of the command is left: nothing may change after its end was told.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        long begun = time.GetTimestamp();
        while (KillBubblewrap() || await IsInnerAliveAsync(cancellationToken))
        {
            if (time.GetElapsedTime(begun) > Patience)
            {
                throw new IOException($"The sandbox of {folder.Path} outlives its supervisor and can't be ended.");
            }

            await Task.Delay(Look, time, cancellationToken);
        }

        CommandGroup.Clear(folder.Groups);
    }

    // The script's path is an argument of no other process than the two of bubblewrap.
    private bool KillBubblewrap()
    {
        bool wasThere = false;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), out int id) && ArgumentsOf(process).Contains(folder.Script))
            {
                wasThere |= Libc.Kill(id, Libc.SigKill) == 0;
            }
        }

        return wasThere;
    }

    // A dying process has lost its arguments while others in its namespace still end; the kernel's record of it stays until then.
    private async Task<bool> IsInnerAliveAsync(CancellationToken cancellationToken) =>
        File.Exists(folder.Sandbox) && ProcessIdentity.Parse(await File.ReadAllTextAsync(folder.Sandbox, cancellationToken)).IsAlive;

    private static string[] ArgumentsOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return []; // It ended while we looked, or is another user's.
        }
    }
}
