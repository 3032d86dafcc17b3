using Microsoft.Extensions.Options;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Sandbox;

/// <summary>The walls as bubblewrap's command line: what a command sees, what it may use, and its whole environment.</summary>
internal sealed class SandboxProfile(IOptions<SandboxOptions> options, IOptions<LimitOptions> limits)
{
    public const string WorkspaceFolder = "/workspace";
    public const string ShellFolder = "/shell";
    public const string ScriptFile = "/run/script";
    public const string HomeFolder = "/home/agent";

    private readonly SandboxOptions _options = options.Value;
    private readonly LimitOptions _limits = limits.Value;

    /// <summary>
    /// The environment that bubblewrap itself is started with: inside, /proc/1/environ is bubblewrap's own, and its option to clear
    /// the environment does not clear that.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["PATH"] = string.Join(':', [.. options.Value.Toolchains.Select(folder => Path.Combine(folder, "bin")), "/usr/local/bin", "/usr/bin", "/bin"]),
        ["HOME"] = HomeFolder,
        ["USER"] = "agent",
        ["LOGNAME"] = "agent",
        ["SHELL"] = "/bin/bash",
        ["LANG"] = "C.UTF-8",
        ["TERM"] = "dumb",
    };

    /// <summary>The program and arguments that run a command inside.</summary>
    /// <param name="workspace">What is shown at /workspace.</param>
    /// <param name="withShell">The shell's own folder is shown too, writable.</param>
    /// <param name="script">A file shown read-only as <see cref="ScriptFile"/>.</param>
    /// <param name="command">The program inside and its arguments.</param>
    public IReadOnlyList<string> CommandLine(Workspace workspace, bool withShell, string? script, IReadOnlyList<string> command) =>
    [
        _options.Bubblewrap,
        .. Namespaces,
        .. Root(),
        "--bind", workspace.Tree, WorkspaceFolder,
        .. withShell ? ["--bind", workspace.Shell, ShellFolder] : Array.Empty<string>(),
        .. script is not null ? ["--ro-bind", script, ScriptFile] : Array.Empty<string>(),
        .. ReadOnly,
        "--chdir", WorkspaceFolder,
        "--",
        .. Limits(),
        .. command,
    ];

    // Root keeps its capabilities unless they are dropped by name, and both root and an ordinary user become the same nobody.
    private static IReadOnlyList<string> Namespaces { get; } =
    [
        "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--disable-userns", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--uid", "10001", "--gid", "10001", "--hostname", "sandbox",
    ];

    // /proc too: to the kernel a command of a sandbox that root started is the owner of the machine's settings in /proc/sys.
    private static IReadOnlyList<string> ReadOnly { get; } = ["--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/"];

    private IEnumerable<string> Root()
    {
        string scratch = $"{_options.ScratchBytes}";
        return
        [
            "--size", "16777216", "--tmpfs", "/",
            "--ro-bind", "/usr", "/usr",
            .. SystemFiles.RootFolders(),
            .. SystemFiles.Configuration(),
            "--proc", "/proc",
            "--dev", "/dev",
            "--size", "67108864", "--tmpfs", "/dev/shm",
            "--size", scratch, "--tmpfs", "/tmp",
            "--size", scratch, "--tmpfs", HomeFolder,
            .. _options.Caches.SelectMany(cache => cache.Arguments),
            .. _options.Toolchains.SelectMany(folder => (string[])["--ro-bind", folder, folder]),
        ];
    }

    private IEnumerable<string> Limits() =>
    [
        "/usr/bin/prlimit", "--core=0", $"--fsize={_limits.FileBytes}",
        $"--nofile={Bounded(ResourceLimit.OpenFiles, _limits.OpenFiles)}",
        $"--nproc={Bounded(ResourceLimit.Processes, _limits.Processes)}",
    ];

    // An ordinary user may lower its own limits, never raise them.
    private static long Bounded(ResourceLimit limit, long wanted) => Math.Min(wanted, limit.Hard());
}
