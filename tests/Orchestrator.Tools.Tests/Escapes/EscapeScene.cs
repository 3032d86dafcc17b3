using System.Diagnostics;
using System.Text;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Supervisor;
using Orchestrator.Supervisor.Groups;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>A run's workspace, and around it what must not be reached: the oracle of an attempt stands here, outside.</summary>
internal sealed class EscapeScene : IAsyncDisposable
{
    /// <summary>What an escape through git or a start-up file makes, in the worker's home.</summary>
    public const string Trophy = "trophy";

    private static int _marks;

    private readonly HostListeners _listeners;
    private readonly Process _victim;
    private readonly string _guarded;
    private readonly string _sharedMemory;

    private EscapeScene(string root, ToolRig rig, string canary, string sharedMemory)
    {
        Root = root;
        Rig = rig;
        Canary = canary;
        Home = Path.Combine(root, "worker");
        Data = Path.Combine(root, "data");
        Mark = $"{47_000 + Interlocked.Increment(ref _marks)}.{Environment.ProcessId}";
        foreach (string secret in (string[])[".ssh/id_ed25519", ".aws/credentials", ".config/gh/hosts.yml"])
        {
            Hide(Path.Combine(Home, secret));
        }

        foreach (string secret in (string[])["hub.db", "run.db", "settings.json", "workspaces/other/tree/secret", "effects/other/000001-001-0/exit.json"])
        {
            Hide(Path.Combine(Data, secret));
        }

        _listeners = new HostListeners(Directory.CreateDirectory(Path.Combine(root, "sockets")).FullName, canary);
        _victim = Process.Start(new ProcessStartInfo("perl", ["-e", "sleep 600", canary]) { Environment = { ["TOKEN"] = canary } })!;
        _guarded = Guarded();
        _sharedMemory = sharedMemory;
    }

    public string Root { get; }

    public ToolRig Rig { get; }

    /// <summary>A text that stands in all secrets of the host, and in nothing that a command is given.</summary>
    public string Canary { get; }

    public string Home { get; }

    public string Data { get; }

    /// <summary>An argument of sleep by which the host finds this attempt's processes.</summary>
    public string Mark { get; }

    public Workspace Workspace => Rig.Workspace;

    /// <summary>What the command wrote, as the supervisor has it.</summary>
    public string Output { get; private set; } = "";

    public ToolOutcome? Outcome { get; private set; }

    public CommandFolder Folder => Rig.EffectFolder("effect");

    /// <summary>What each script begins with: where the host has what, and how it meets the host.</summary>
    public string Preamble =>
        $$"""
        HOST_HOME={{Home}} HOST_DATA={{Data}} HOST_ROOT={{Root}} EFFECT={{Folder.Path}} PORT={{_listeners.Port}} UDP_PORT={{_listeners.DatagramPort}}
        SOCKETS={{_listeners.Folder}} ABSTRACT={{_listeners.AbstractName}} HOST_ADDRESSES="{{string.Join(' ', _listeners.Addresses)}}"
        MARK={{Mark}} VICTIM={{_victim.Id}} WORKER={{Environment.ProcessId}}
        exec 2>/dev/null
        # meet: the host looks now, until it says go.
        meet() { : >/workspace/ready; for _ in {1..2000}; do [ -e /workspace/go ] && return; sleep 0.01; done; }
        # call NUMBER ARGUMENT...: makes a system call, and says ok or the number of its error.
        call() { perl -e '@a = map { eval } @ARGV; $n = shift @a; $r = syscall($n, @a); print $r < 0 ? $! + 0 : "ok", "\n"' -- "$@"; }
        # hold NUMBER ARGUMENT...: the same, and stays, so that the host can look at what it has.
        hold() {
          perl -e 'shift; $m = shift; @a = map { eval } @ARGV; $n = shift @a; $r = syscall($n, @a); $e = $! + 0; open F, ">/workspace/held"; print F $r < 0 ? $e : "ok", "\n"; close F; sleep 60' -- x "$MARK" "$@" &
          until [ -s /workspace/held ]; do sleep 0.01; done
          cat /workspace/held; meet; kill %1
        }

        """;

    public static async Task<EscapeScene> SetAsync(string root, string canary, params (string Key, string Value)[] settings)
    {
        string source = Path.Combine(root, "source");
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "file.txt"), "one\n");
        await ShellAsync(source, "git init -q -b main && git add . && git -c user.name=a -c user.email=a@b commit -qm start");
        string commit = (await ShellAsync(source, "git rev-parse HEAD")).Trim();
        string run = Path.Combine(root, "run");
        Workspace workspace = WorkspaceTree.At(run);
        await WorkspaceTree.PrepareAsync(workspace, source, commit, _ => Task.CompletedTask, CancellationToken.None);
        Directory.Move(workspace.Git, Path.Combine(run, "git"));
        Directory.CreateDirectory(Path.Combine(run, "effects"));
        string toolchain = Path.Combine(root, "toolchain");
        Directory.CreateDirectory(Path.Combine(toolchain, "bin"));
        string sharedMemory = await ShellAsync("/", $"perl -e '$id = shmget 0, 64, 0600; shmwrite $id, $ARGV[0], 0, 64; print $id' {canary}");
        return new EscapeScene(root, new ToolRig(run, [("Sandbox:Toolchains:0", toolchain), .. settings]), canary, sharedMemory);
    }

    /// <summary>Tries it, and looks at all that it may have reached.</summary>
    public async Task<AttemptEnd> TryAsync(Attempt attempt)
    {
        SandboxedCommand command = Rig.Command(Preamble + attempt.Script) with { Timeout = attempt.Timeout, FollowFor = attempt.FollowFor };
        Task<ToolOutcome> running = Rig.Commands.RunAsync(command, CancellationToken.None);
        string? evidence = null;
        if (attempt.Meanwhile is { } look)
        {
            await Until.TrueAsync(() => File.Exists(Rig.FileInTree("ready")) || running is { IsCompleted: true, Result: not ToolOutcome.Running }, $"attempt {attempt.Number} meets the host");
            evidence = await look(this);
            File.WriteAllText(Rig.FileInTree("go"), "");
        }

        Outcome = await running;
        Output = Outcome switch
        {
            ToolOutcome.Finished finished => ToolRig.Text(finished.Result),
            ToolOutcome.Interrupted interrupted => ToolRig.Text(interrupted.Result),
            _ => $"The command did not run: {Outcome}",
        };
        if (Outcome is ToolOutcome.NeverStarted)
        {
            return new(HasRun: false, Folder.HasEnded ? File.ReadAllText(Folder.Out) : Output);
        }

        evidence ??= attempt.Afterwards is { } after ? await after(this) : null;
        return new(HasRun: true, evidence ?? Reached());
    }

    /// <summary>Processes of this attempt on the machine, whatever namespaces they are in.</summary>
    public IReadOnlyList<int> Processes() => [.. Until.ProcessesWith($"\0{Mark}\0").Where(id => id != _victim.Id)];

    /// <summary>The first process of the attempt's sandbox, as the machine counts.</summary>
    public int InnerId => ProcessIdentity.Parse(File.ReadAllText(Folder.Sandbox)).Id;

    public static async Task<string> ShellAsync(string folder, string script)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output + await error;
    }

    public async ValueTask DisposeAsync()
    {
        await Rig.Commands.EndAllAsync(Rig.Effects, CancellationToken.None);
        foreach (int left in Processes())
        {
            _ = Libc.Kill(left, Libc.SigKill);
        }

        // Without a process namespace there was somebody left in it.
        CommandGroup.Clear(Folder.Groups);

        Rig.Dispose();
        _listeners.Dispose();
        _victim.Kill();
        await _victim.WaitForExitAsync();
        _victim.Dispose();
        await ShellAsync("/", $"perl -e '$none = 0; shmctl {_sharedMemory}, 0, $none'; chmod -R u+rwx '{Root}'; rm -rf '{Root}'");
    }

    // Whatever an attempt is after, none of this may have happened.
    private string? Reached() =>
        Output.Contains(Canary, StringComparison.Ordinal) ? "the output holds a secret of the host"
        : _listeners.Reached is { } reached ? $"it reached {reached}"
        : _victim.HasExited ? "a process of the host was killed"
        : Guarded() != _guarded ? "files of the host were changed"
        : Outcome is not ToolOutcome.Running && Processes().Count > 0 ? "processes were left behind"
        : new DirectoryInfo(Workspace.Tree).LinkTarget is not null ? "the workspace became a link"
        : null;

    private void Hide(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Canary);
    }

    private string Guarded()
    {
        StringBuilder all = new();
        foreach (string path in Directory.EnumerateFileSystemEntries(Home, "*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFileSystemEntries(Data, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            all.Append(path).Append(' ').Append(File.GetUnixFileMode(path)).Append(' ').AppendLine(File.Exists(path) ? File.ReadAllText(path) : "");
        }

        return all.ToString();
    }
}
