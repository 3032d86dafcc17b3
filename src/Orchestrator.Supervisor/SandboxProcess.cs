using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Supervisor;

/// <summary>
/// The sandbox as a child of this thread: bubblewrap's outer process, and the first process of its process namespace, whose end is
/// the end of every process inside. Bubblewrap dies with the thread that started it, so this must be the main thread. It arms that
/// only while it sets itself up: until then the command inside waits at a gate that only a living supervisor opens.
/// </summary>
internal sealed unsafe class SandboxProcess : IDisposable
{
    // Above any number that this small process has open, so that no duplication overwrites the source of the next.
    private const int StatusFd = 100;
    private const int SeccompFd = 101;
    private const int ReadyFd = 102;
    private const int GoFd = 103;
    private const int PidFdOpen = 434;
    private const int PidFdSendSignal = 424;

    private readonly int _pid;
    private readonly int _pidFd;
    private readonly int _goFd;
    private readonly StringBuilder _status = new();
    private int _innerPid;
    private int _innerPidFd = -1;

    private SandboxProcess(int pid, int outputFd, int reportFd, int gateFd, int goFd)
    {
        _pid = pid;
        _goFd = goFd;
        OutputFd = outputFd;
        ReportFd = reportFd;
        GateFd = gateFd;
        _pidFd = (int)Libc.SystemCall(PidFdOpen, pid, 0, 0, 0);
        if (_pidFd < 0)
        {
            throw Libc.Failure("Watching the sandbox's process");
        }
    }

    /// <summary>The reading end of stdout and stderr.</summary>
    public int OutputFd { get; }

    /// <summary>The reading end of what bubblewrap says of itself.</summary>
    public int ReportFd { get; }

    /// <summary>Becomes readable when the command waits at its gate.</summary>
    public int GateFd { get; }

    /// <summary>Becomes readable when bubblewrap's outer process has ended.</summary>
    public int EndFd => _pidFd;

    /// <summary>The first process inside, as the machine counts; 0 until bubblewrap has named it.</summary>
    public int InnerId => _innerPid;

    /// <summary>The command passed its gate.</summary>
    public bool HasRunCommand { get; private set; }

    /// <returns>Null if the program could not be executed at all.</returns>
    public static SandboxProcess? Start(CommandIntent intent)
    {
        (int outputRead, int outputWrite) = Pipe();
        (int statusRead, int statusWrite) = Pipe();
        (int readyRead, int readyWrite) = Pipe();
        (int goRead, int goWrite) = Pipe();

        // For writing as well: whoever writes to the pipe may come and go, and its reader sees no end.
        int input = intent.Input is { } pipe
            ? Libc.Open(pipe, Libc.ReadWrite | Libc.CloseOnExec, 0)
            : Libc.Open("/dev/null", Libc.ReadOnly | Libc.CloseOnExec, 0);
        int filter = intent.SystemCallFilter is { } path ? OpenFilter(path) : -1;

        List<string> arguments = new(intent.Command);
        arguments.InsertRange(1, filter < 0 ? [] : ["--seccomp", SeccompFd.ToString()]);
        arguments.InsertRange(1, ["--json-status-fd", StatusFd.ToString()]);
        HostDevices.Protect();
        int pid = Spawn(
            arguments,
            intent.Environment,
            [input, outputWrite, outputWrite, statusWrite, readyWrite, goRead, filter],
            [0, 1, 2, StatusFd, ReadyFd, GoFd, SeccompFd]);

        CloseAll([outputWrite, statusWrite, readyWrite, goRead, input, filter]);
        return pid > 0 ? new SandboxProcess(pid, outputRead, statusRead, readyRead, goWrite) : null;
    }

    /// <summary>Takes up what bubblewrap said of itself; the first line names the inner process.</summary>
    public void Report(ReadOnlySpan<byte> bytes)
    {
        _status.Append(Encoding.UTF8.GetString(bytes));
        string text = _status.ToString();
        int line = text.IndexOf('\n', StringComparison.Ordinal);
        if (_innerPid != 0 || line < 0)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(text[..line]);
        _innerPid = document.RootElement.GetProperty("child-pid").GetInt32();
        _innerPidFd = (int)Libc.SystemCall(PidFdOpen, _innerPid, 0, 0, 0);
    }

    /// <summary>Opens the gate.</summary>
    public void LetGo()
    {
        byte go = (byte)'1';
        HasRunCommand = Libc.Write(_goFd, &go, 1) == 1;
    }

    /// <summary>Asks the command and the processes of its group to end.</summary>
    public void Terminate()
    {
        if (_innerPid > 0)
        {
            // The namespace's first process leads the group; it is immune against this signal, its command is not.
            _ = Libc.Kill(-_innerPid, Libc.SigTerm);
        }
    }

    /// <summary>Ends everything inside, stopped and frozen processes too.</summary>
    public void Kill() => _ = Libc.Kill(_pid, Libc.SigKill);

    /// <summary>Waits until the last process inside is gone, and returns how bubblewrap ended.</summary>
    public (int ExitCode, bool BySignal) Reap()
    {
        int status;
        while (Libc.WaitPid(_pid, &status, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Libc.Interrupted)
            {
                throw Libc.Failure("Waiting for the sandbox's end");
            }
        }

        if (_innerPidFd >= 0)
        {
            _ = Libc.SystemCall(PidFdSendSignal, _innerPidFd, Libc.SigKill, 0, 0);
            Libc.PollFd inner = new() { Fd = _innerPidFd, Events = Libc.PollIn };
            while (Libc.Poll(&inner, 1, -1) < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
            {
            }
        }

        int signal = status & 0x7f;
        return signal == 0 ? ((status >> 8) & 0xff, false) : (128 + signal, true);
    }

    public void Dispose() => CloseAll([OutputFd, ReportFd, GateFd, _goFd, _pidFd, _innerPidFd]);

    private static void CloseAll(ReadOnlySpan<int> fds)
    {
        foreach (int fd in fds)
        {
            _ = Libc.Close(fd);
        }
    }

    private static int OpenFilter(string path)
    {
        int filter = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec, 0);
        return filter >= 0 ? filter : throw Libc.Failure($"Opening the filter of system calls {path}");
    }

    private static (int Read, int Write) Pipe()
    {
        int* ends = stackalloc int[2];
        return Libc.Pipe(ends, Libc.CloseOnExec) == 0 ? (ends[0], ends[1]) : throw Libc.Failure("Making a pipe");
    }

    // The runtime ignores SIGPIPE and an ignored signal stays ignored through exec: `yes | head` would never end.
    private static int Spawn(List<string> arguments, IReadOnlyList<string> environment, ReadOnlySpan<int> from, ReadOnlySpan<int> to)
    {
        const short SetSignalDefaults = 4;
        const short SetSignalMask = 8;
        const int RoomForOpaqueStructure = 512;

        byte* actions = stackalloc byte[RoomForOpaqueStructure];
        byte* attributes = stackalloc byte[RoomForOpaqueStructure];
        byte* signals = stackalloc byte[RoomForOpaqueStructure];
        byte** argv = Strings(arguments);
        byte** envp = Strings(environment);
        _ = Libc.SpawnActionsInit(actions);
        _ = Libc.SpawnAttributesInit(attributes);
        _ = Libc.FillSignals(signals);
        _ = Libc.SpawnAttributesDefaultSignals(attributes, signals);
        _ = Libc.EmptySignals(signals);
        _ = Libc.SpawnAttributesSignalMask(attributes, signals);
        _ = Libc.SpawnAttributesFlags(attributes, SetSignalDefaults | SetSignalMask);
        for (int index = 0; index < from.Length; index++)
        {
            if (from[index] >= 0)
            {
                _ = Libc.SpawnActionsDup2(actions, from[index], to[index]);
            }
        }

        int pid;
        int error = Libc.Spawn(&pid, arguments[0], actions, attributes, argv, envp);
        _ = Libc.SpawnActionsDestroy(actions);
        _ = Libc.SpawnAttributesDestroy(attributes);
        return error == 0 ? pid : 0;
    }

    // Never freed: one command is started in the life of this process.
    private static byte** Strings(IReadOnlyList<string> values)
    {
        byte** array = (byte**)NativeMemory.AllocZeroed((nuint)(values.Count + 1), (nuint)sizeof(byte*));
        for (int index = 0; index < values.Count; index++)
        {
            array[index] = (byte*)Marshal.StringToCoTaskMemUTF8(values[index]);
        }

        return array;
    }
}
