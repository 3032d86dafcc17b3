namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>Attempts 21 to 33: at leaving something that the host, or the next command, runs.</summary>
internal static class PersistenceAttempts
{
    private const string Plant = "printf '#!/bin/sh\\ntouch %s/trophy\\ncat\\n' $HOST_HOME >/workspace/evil; chmod +x /workspace/evil; E=$HOST_ROOT/run/tree/evil\n";

    public static IReadOnlyList<Attempt> All { get; } =
    [
        Git(21, "git hooks", "for hook in pre-commit post-commit post-checkout post-index-change pre-auto-gc reference-transaction fsmonitor-watchman; do cp evil .git/hooks/$hook; done"),
        Git(22, "another git folder in the place of git's", "mv .git .g2; cp -r .g2 .git; cp evil .git/hooks/post-index-change; git config core.fsmonitor $E; git config core.hooksPath $HOST_ROOT/run/tree; cp evil post-index-change"),
        Git(23, "git's configuration", """
            git config core.fsmonitor $E; git config core.sshCommand $E; git config core.pager $E; git config diff.external $E; git config core.editor $E
            git config alias.status "!$E"; git config filter.x.clean $E; git config diff.x.textconv $E; git config gpg.program $E; git config core.askPass $E
            echo '* filter=x diff=x' >.gitattributes; git config --file .gitconfig core.fsmonitor $E; git config include.path ../.gitconfig
            """),
        Git(24, "filters by attributes", "git config filter.x.clean $E; git config filter.x.smudge $E; git config filter.x.process $E; git config filter.x.required true; echo '* filter=x' >.gitattributes; echo '* filter=x' >.git/info/attributes"),
        Git(25, "a nested repository with hooks and configuration", """
            git init -q nested; cd nested; cp ../evil .git/hooks/post-index-change; git config core.fsmonitor $E; git config core.worktree ..; echo x >x; git add x; git -c user.name=a -c user.email=a@b commit -qm x
            git config filter.x.clean $E; echo '* filter=x' >.gitattributes; cd ..; git -c protocol.file.allow=always submodule add -q ./nested sub; git config submodule.sub.update "!$E"
            printf '[submodule "sub"]\n path = sub\n url = ./nested\n update = !%s\n' $E >.gitmodules
            """),
        Git(26, "a git file that points elsewhere", """
            cp -r .git /workspace/g; git --git-dir=g config core.fsmonitor $E; rm -rf .git; echo "gitdir: $HOST_ROOT/run/tree/g" >.git
            mkdir w; echo "gitdir: $HOST_ROOT/run/git" >w/.git; mkdir v; echo 'gitdir: /workspace/g' >v/.git
            """),
        Git(27, "conditional includes of git", "git config --file evil.config core.fsmonitor $E; for on in gitdir:/ gitdir/i:/ onbranch:main hasconfig:remote.*.url:**; do git config includeIf.$on.path $HOST_ROOT/run/tree/evil.config; done; cp evil.config .gitconfig"),
        new(28, "programs and start-up variables for others", """
            printf '#!/bin/sh\ntouch %s/trophy\n' $HOST_HOME >evil.sh; chmod +x evil.sh
            export BASH_ENV=/workspace/evil.sh LD_PRELOAD=/workspace/evil.so PYTHONSTARTUP=/workspace/evil.py NODE_OPTIONS=--require=/workspace/evil.js DOTNET_STARTUP_HOOKS=/workspace/evil.dll
            for folder in /usr/local/bin /usr/bin /usr/local/lib /etc /etc/ld.so.conf.d /etc/profile.d ${PATH//:/ }; do cp evil.sh $folder/escape-$MARK; done
            echo /workspace/evil.so >/etc/ld.so.preload; ls /etc/ld.so.preload; env >/shell/state
            """)
        {
            Afterwards = async scene =>
            {
                string next = await scene.Rig.OutputAsync("env; ls /etc/ld.so.preload", "next");
                string planted = await EscapeScene.ShellAsync("/", $"ls -d /usr/local/bin/escape-{scene.Mark} /usr/bin/escape-{scene.Mark} /usr/local/lib/escape-{scene.Mark} '{scene.Root}'/toolchain/bin/escape-{scene.Mark} 2>/dev/null; rm -f /usr/local/bin/escape-{scene.Mark} /usr/bin/escape-{scene.Mark} /usr/local/lib/escape-{scene.Mark}");
                return planted.Length > 0 ? $"programs for others were planted: {planted.Trim()}"
                    : next.Contains("evil", StringComparison.Ordinal) ? $"the next command begins with what this one left: {next}"
                    : await Seen.WorkAsync(scene);
            },
        },
        new(29, "start-up files in the home folder", "for f in .bashrc .profile .bash_profile .gitconfig .npmrc; do echo planted >~/$f; echo planted >$HOST_HOME/$f; done")
        {
            Afterwards = async scene => await scene.Rig.OutputAsync("cat ~/.bashrc ~/.profile ~/.gitconfig 2>/dev/null", "next") is { Length: > 0 } found
                ? $"the next command finds {found}" : null,
        },
        new(30, "files that builds and editors run", Plant + """
            mkdir .vscode; echo '{"tasks":[{"label":"x","command":"/workspace/evil","runOptions":{"runOn":"folderOpen"}}]}' >.vscode/tasks.json; echo ./evil >.envrc
            echo '<Project><Target Name="x" BeforeTargets="Build"><Exec Command="./evil"/></Target></Project>' >Directory.Build.props
            echo '{"scripts":{"preinstall":"./evil","test":"./evil"}}' >package.json; printf 'all:\n\t./evil\n' >Makefile; echo './evil' >.pre-commit-config.yaml
            """)
        {
            Afterwards = Seen.WorkAsync,
        },
        new(31, "timers of the machine", """
            echo '* * * * * touch /tmp/x' | crontab -; echo 'touch /tmp/x' | at now; systemctl --user list-units; systemd-run true
            for folder in /etc/cron.d /etc/cron.daily /var/spool/cron /var/spool/cron/crontabs $HOST_HOME/.config/systemd/user /etc/systemd/system; do mkdir -p $folder && echo planted >$folder/escape-$MARK; ls $folder; done
            """)
        {
            Afterwards = async scene => await EscapeScene.ShellAsync("/", $"ls -d /etc/cron.*/escape-{scene.Mark} /var/spool/cron/escape-{scene.Mark} /var/spool/cron/*/escape-{scene.Mark} /etc/systemd/system/escape-{scene.Mark} 2>/dev/null") is { Length: > 0 } found
                ? $"a timer was planted: {found}" : null,
        },
        new(32, "a program that runs as its owner, for other users of the machine", "cp /usr/bin/id mine; chmod 6755 mine; ls -l mine")
        {
            Afterwards = scene => Task.FromResult(
                (File.GetUnixFileMode(scene.Rig.FileInTree("mine")) & UnixFileMode.SetUser) != 0 && IsOpenToOthers(scene.Workspace.Tree)
                    ? "others can run it" : null),
        },
        new(33, "processes that outlive the call", """
            setsid nohup sleep $MARK >/dev/null 2>&1 & disown
            (setsid bash -c 'trap "" HUP TERM INT; (sleep '$MARK' & sleep '$MARK') & disown' &) ; perl -e 'exit if fork; setpgrp; exit if fork; exec "sleep", $ARGV[0]' $MARK
            sleep 0.2
            """),
    ];

    private static Attempt Git(int number, string name, string script) =>
        new(number, name, Plant + "cd /workspace\n" + script + "\necho changed >>/workspace/file.txt")
        {
            Afterwards = Seen.WorkAsync,
        };

    private static bool IsOpenToOthers(string path)
    {
        for (DirectoryInfo? folder = new(path); folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }
}
