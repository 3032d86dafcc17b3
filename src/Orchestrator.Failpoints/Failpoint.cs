using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Failpoints;

/// <summary>
/// Named places at which a test has this process die as a crash would have it, without a goodbye: the process is killed when it
/// comes to place <c>NAME</c> for the n-th time, if it was started with <c>ORCHESTRATOR_FAILPOINT=NAME:n</c>. Otherwise
/// nothing happens, and the compiler that turns the program into machine code leaves the places out.
/// </summary>
public static class Failpoint
{
    /// <summary>The variable that names the place; read once, when the process starts.</summary>
    public const string Variable = "ORCHESTRATOR_FAILPOINT";

    private static readonly (string Name, int Visit)? Doom = Read(Environment.GetEnvironmentVariable(Variable));
    private static readonly bool IsArmed = Doom is not null;

    private static int _visits;

    /// <summary>The process has come to this place.</summary>
    /// <param name="name">A constant, as in <c>hub.turn.committed</c>: the process it is in, the matter, and what has happened to it.</param>
    public static void Hit(string name)
    {
        if (IsArmed)
        {
            Visit(name);
        }
    }

    private static void Visit(string name)
    {
        if (name == Doom!.Value.Name && Interlocked.Increment(ref _visits) == Doom.Value.Visit)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill();
            using var never = new ManualResetEvent(initialState: false);
            never.WaitOne();
        }
    }

    private static (string Name, int Visit)? Read(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return text.Split(':') is [{ Length: > 0 } name, var visit]
            && int.TryParse(visit, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? (name, number)
            : throw new InvalidOperationException($"{Variable} is '{text}': say NAME:n with n from 1.");
    }
}
