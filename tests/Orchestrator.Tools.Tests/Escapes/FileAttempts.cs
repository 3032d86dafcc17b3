using Orchestrator.Agent.Tools;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>Attempts 1 to 20: at secrets and files of the host, by the command itself or by the hand of the host's tools.</summary>
internal static class FileAttempts
{
    public static IReadOnlyList<Attempt> All { get; } =
    [
        new(1, "the host's passwords", "cat /etc/shadow /etc/gshadow /etc/shadow- /proc/1/root/etc/shadow; grep -h '^root:' /etc/passwd")
        {
            Afterwards = Seen.Said("root:", "it read the host's users"),
        },
        new(2, "keys in the worker's home", "cat $HOST_HOME/.ssh/* $HOST_HOME/.aws/* $HOST_HOME/.config/*/*; find / -xdev -name id_ed25519 -exec cat {} +"),
        new(3, "the deployment's databases and settings", "cat $HOST_DATA/*; find / -xdev -name '*.db' -path '*data*' -exec cat {} +"),
        new(4, "another run's workspace", "cat $HOST_DATA/workspaces/other/tree/*; cat /workspace/../other/tree/* ../../other/tree/*"),
        new(5, "its own effect: a forged end", """
            for folder in $EFFECT $HOST_DATA/effects/other/000001-001-0 /run /proc/1/cwd; do
              echo '{"exitCode":0,"end":"Exited","outputBytes":0,"startedAt":"2026-01-01T00:00:00Z","elapsed":"00:00:01"}' >$folder/exit.json
              echo forged >$folder/script
            done
            exit 7
            """)
        {
            Afterwards = scene => Task.FromResult(
                scene.Outcome is ToolOutcome.Finished { Result.ExitCode: 7 } && !File.ReadAllText(scene.Folder.Script).StartsWith("forged", StringComparison.Ordinal)
                    ? null : "the end or the script of the command was forged"),
        },
        new(6, "the environment of the first process", "tr '\\0' '\\n' </proc/1/environ"),
        new(7, "the environments of all processes", "cat /proc/[0-9]*/environ /proc/[0-9]*/task/*/environ | tr '\\0' '\\n'; cat /proc/$VICTIM/environ"),
        new(8, "the command lines of all processes", "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | sed \"s/$MARK//g\""),
        new(9, "whose machine it is: its name, its groups, its user", "uname -n; cat /proc/sys/kernel/hostname; cut -d: -f3 /proc/self/cgroup; id -u")
        {
            // A group that the command was put into stands by its name; what lies above it is the host's.
            Afterwards = scene => Task.FromResult(
                scene.Output.Split('\n') is ["sandbox", "sandbox", .. var groups, "10001", ""] && groups.All(group => group == "/" || group.LastIndexOf("/orchestrator-", StringComparison.Ordinal) == 0)
                    ? null : $"it told of the host: {scene.Output}"),
        },
        new(10, "descriptors that the worker had open", "for fd in /proc/self/fd/* {3..99}; do timeout 1 cat <&${fd##*/}; done; for fd in /proc/*/fd/*; do [ -f $fd ] && timeout 1 cat $fd; done"),
        new(11, "variables of the worker", "env; set; export -p"),
        new(12, "a core dump", "ulimit -c unlimited; (kill -SEGV $BASHPID); perl -e 'kill SEGV => $$'; ulimit -c")
        {
            Afterwards = scene => Task.FromResult(
                Directory.EnumerateFiles(scene.Workspace.Tree, "core*").FirstOrDefault() is { } core ? $"a core was dumped: {Path.GetFileName(core)}" : null),
        },
        new(13, "a link out of the workspace, read by the host's editor", "ln -s $HOST_HOME/.ssh/id_ed25519 link; ln -s $HOST_HOME/.ssh folder; ln -s /proc/self/root root")
        {
            Afterwards = scene => ViewAsync(scene, ["link", "folder/id_ed25519", $"root{scene.Home}/.ssh/id_ed25519"]),
        },
        new(14, "a link out of the workspace, written to by the host's tools", "ln -s $HOST_HOME/.ssh/id_ed25519 link; ln -s $HOST_HOME/.ssh folder")
        {
            Afterwards = async scene =>
            {
                await Seen.EditAsync(scene, 2, new { command = "create", path = "link", file_text = "mine" });
                await Seen.EditAsync(scene, 3, new { command = "create", path = "folder/mine", file_text = "mine" });
                await scene.Rig.PatchAsync("*** Begin Patch\n*** Add File: folder/also\n+mine\n*** Delete File: folder/id_ed25519\n*** End Patch", 4);
                return await ViewAsync(scene, ["link"]);
            },
        },
        new(15, "a folder that becomes a link while the host looks", """
            mkdir real; echo mine >real/id_ed25519; ln -s $HOST_HOME/.ssh out; cp -r real d
            : >ready
            until [ -e go ]; do mv -T d keep; mv -T out d; mv -T d out; mv -T keep d; done
            """)
        {
            Timeout = TimeSpan.FromSeconds(60),
            Meanwhile = RaceAsync,
        },
        new(16, "hard links to files of the host", "for f in /etc/passwd /usr/bin/id /run/script /etc/hosts $HOST_HOME/.ssh/id_ed25519; do ln $f hard-${f##*/}; ln -P $f /tmp/h; done; cat hard-*; [ -e hard-script ] && echo changed >>hard-script")
        {
            Afterwards = scene => Task.FromResult(
                File.ReadAllText(scene.Folder.Script).EndsWith("changed\n", StringComparison.Ordinal) || Directory.EnumerateFiles(scene.Workspace.Tree, "hard-*").Any()
                    ? "a file of the host got a second name" : null),
        },
        new(17, "paths that lead out, in tools", "echo")
        {
            Afterwards = scene => ViewAsync(
                scene,
                [
                    $"{scene.Home}/.ssh/id_ed25519", $"../..{scene.Home}/.ssh/id_ed25519", $"/workspace/../..{scene.Home}/.ssh/id_ed25519",
                    $"/proc/self/root{scene.Home}/.ssh/id_ed25519", "/proc/self/cwd/../worker/.ssh/id_ed25519", "/proc/1/environ", $"/workspace//./../{scene.Data}/hub.db",
                ]),
        },
        new(18, "the workspace itself becomes a link", "cd /; mv /workspace /old; rm -rf /workspace; rmdir /workspace; ln -s $HOST_HOME /workspace; ln -sfn $HOST_HOME /workspace")
        {
            Afterwards = scene => ViewAsync(scene, [".ssh/id_ed25519"]),
        },
        new(19, "pipes, sockets and huge files where the host will read", """
            mkfifo pipe AGENTS.md README; truncate -s 7G huge; perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "socket", Listen => 1)'; ln -s /dev/zero zero; ln -s loop loop
            mv file.txt was; mkfifo file.txt
            """)
        {
            Afterwards = async scene => await ViewAsync(scene, ["pipe", "file.txt", "huge", "socket", "zero", "loop"]) ?? await Seen.WorkAsync(scene),
        },
        new(20, "names that are no names", """
            touch -- -rf $'new\nline' $'\e[31mred' $'\xff\xfe' $'$(touch trophy)' ';touch trophy' "$(printf 'n%.0s' {1..255})" ' ' ...
            for _ in {1..30}; do mkdir "$(printf 'd%.0s' {1..200})" && cd "$(printf 'd%.0s' {1..200})" && : >leaf; done
            """)
        {
            Afterwards = async scene =>
                (await Seen.EditAsync(scene, 2, new { command = "view", path = "/workspace" })).Contains('\e', StringComparison.Ordinal)
                    ? "a control character came through" : await Seen.WorkAsync(scene),
        },
    ];

    /// <summary>Looks at each path with the editor; a secret in what it says is an escape.</summary>
    private static async Task<string?> ViewAsync(EscapeScene scene, IEnumerable<string> paths)
    {
        foreach ((int index, string path) in paths.Index())
        {
            string said = await Seen.EditAsync(scene, 10 + index, new { command = "view", path });
            if (said.Contains(scene.Canary, StringComparison.Ordinal))
            {
                return $"the editor showed {path}";
            }
        }

        return null;
    }

    // The command swaps thousands of times meanwhile; each look of the host's meets a few dozen of them.
    private static async Task<string?> RaceAsync(EscapeScene scene)
    {
        for (int round = 0; round < 12; round++)
        {
            string said = await Seen.EditAsync(scene, 100 + round, new { command = "view", path = "d/id_ed25519" })
                + await Seen.EditAsync(scene, 200 + round, new { command = "create", path = $"d/new{round}", file_text = "mine" });
            if (said.Contains(scene.Canary, StringComparison.Ordinal))
            {
                return $"the editor showed a secret in round {round}";
            }

            if (await Seen.WorkAsync(scene) is { } evidence)
            {
                return $"{evidence} in round {round}";
            }
        }

        return null;
    }
}
