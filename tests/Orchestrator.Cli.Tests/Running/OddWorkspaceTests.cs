namespace Orchestrator.Cli.Tests.Running;

/// <summary>Repositories that are unlike most: a run on one works from edit to patch, or is refused in words before it starts.</summary>
public sealed class OddWorkspaceTests
{
    private const string Bash = "tool: bash, arguments";
    private const string Editor = "tool: str_replace_based_edit_tool, arguments";

    [Fact]
    public async Task Submodule_IsRefusedByNameBeforeTheStart()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            "[]", "true", "git init -q ../other && git -C ../other commit -q --allow-empty -m x && git -c protocol.file.allow=always submodule --quiet add ../other vendor/lib");

        using OrchestratorProcess run = await example.VerbAsync("run", example.Task);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("has the submodule vendor/lib; submodules are not served yet, commit its files instead.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkedWorktreeBehindALink_IsARepositoryLikeAnyOther()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""[{ {{Bash}}: { command: "git status --porcelain && echo done > result.txt" } }]""",
            "grep -q done result.txt && grep -q two other.txt",
            "git worktree add -q ../linked -b side && echo two > ../linked/other.txt && git -C ../linked add . && git -C ../linked commit -q -m two && ln -s linked ../source");
        await File.WriteAllTextAsync(example.Task, (await File.ReadAllTextAsync(example.Task)).Replace("./project", "./source", StringComparison.Ordinal));

        string patch = await OddProject.AcceptedAsync(example);

        await OddProject.ShellAsync(example, "cd ../linked && git apply --check \"$1\" && git apply \"$1\" && grep -q done result.txt && test -z \"$(git worktree prune -n)\"", patch);
    }

    [Fact]
    public async Task LinkedFolders_AreFollowedInsideOnlyAndLandAsLinks()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""
            [{ {{Editor}}: { command: str_replace, path: alias/file.txt, old_str: one, new_str: done } },
             { {{Editor}}: { command: view, path: outside/passwd } },
             { {{Editor}}: { command: create, path: outside/x, file_text: x } },
             { tool: apply_patch, arguments: { input: "*** Begin Patch\n*** Update File: alias/file.txt\n@@\n-done\n+twice\n*** End Patch" } },
             { tool: search_files, arguments: { pattern: "root:" } },
             { {{Bash}}: { command: "cat alias/file.txt; ls loop dangling 2>&1; ln -s real/file.txt new-link; rm dangling; ln -s real dangling" } }]
            """,
            "grep -q done alias/file.txt && test -L new-link && test -L alias",
            "mkdir real && echo one > real/file.txt && ln -s real alias && ln -s /etc outside && ln -s loop loop && ln -s nowhere dangling");

        string patch = await OddProject.AcceptedAsync(example);

        await OddProject.ShellAsync(example, "git apply \"$1\" && test \"$(readlink new-link)\" = real/file.txt && test \"$(readlink dangling)\" = real && test \"$(cat alias/file.txt)\" = done", patch);
    }

    [Fact]
    public async Task LineEndsOfDos_StayAsTheyAreInFileAndPatch()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""
            [{ {{Editor}}: { command: str_replace, path: plain.txt, old_str: "two\nthree", new_str: "2\n3" } },
             { tool: apply_patch, arguments: { input: "*** Begin Patch\n*** Update File: ruled.txt\n@@\n one\n-two\n+2\n*** End Patch" } },
             { {{Editor}}: { command: insert, path: mixed.txt, insert_line: 1, insert_text: "new" } },
             { {{Bash}}: { command: "sed -i 's/four/4/' plain.txt && printf 'a\\r\\nb\\r\\n' > fresh.bat" } }]
            """,
            @"test ""$(tr -d '\n' < plain.txt | tr '\r' .)"" = one.2.3.4. && grep -qx 2 ruled.txt || tr -d '\r' < ruled.txt | grep -qx 2",
            @"printf '*.txt -text\nruled.txt text eol=crlf\n' > .gitattributes && printf 'one\r\ntwo\r\nthree\r\nfour\r\n' | tee plain.txt > ruled.txt && printf 'a\r\nb\n' > mixed.txt");

        string patch = await OddProject.AcceptedAsync(example);

        await OddProject.ShellAsync(
            example,
            """
            git apply "$1" && test "$(od -c plain.txt | head -1)" = "0000000   o   n   e  \r  \n   2  \r  \n   3  \r  \n   4  \r  \n"
            test "$(git diff --stat | tail -1)" = " 3 files changed, 5 insertions(+), 4 deletions(-)" && printf 'a\r\nb\r\n' | cmp - fresh.bat
            """,
            patch);
    }

    [Fact]
    public async Task NamesThatAreNoText_ComeThroughEditShellSnapshotVerificationAndPatch()
    {
        const string make = @"printf one > $'latin-\xe9.txt' && printf one > $'new\nline.txt' && printf one > ' -rf *' && mkdir $'d\xff' && printf one > $'d\xff/f'";
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""
            [{ {{Editor}}: { command: str_replace, path: "new\nline.txt", old_str: one, new_str: done } },
             { {{Editor}}: { command: create, path: "tab\t\"quote\".txt", file_text: "done\n" } },
             { tool: search_files, arguments: { pattern: one } },
             { {{Bash}}: { command: "printf done > $'latin-\\xe9.txt'; rm $'d\\xff/f'; printf new > $'d\\xff/\\xfe'; git init -q ./-n && touch ./-n/x && mkdir sub && cd sub && git init -q && printf x > $'n\\xe9'" } }]
            """,
            @"test ""$(cat $'latin-\xe9.txt' $'new\nline.txt')"" = donedone && test ""$(cat $'d\xff/\xfe')"" = new && test -f $'sub/n\xe9' && test -f ' -rf *' && test -f ./-n/x",
            make);

        string patch = await OddProject.AcceptedAsync(example);

        await OddProject.ShellAsync(
            example,
            @"git apply ""$1"" && test ""$(cat $'latin-\xe9.txt' $'new\nline.txt')"" = donedone && test ""$(cat $'d\xff/\xfe')"" = new && ! test -e $'d\xff/f' && test -f $'sub/n\xe9' && test -f $'tab\t""quote"".txt'",
            patch);
        using OrchestratorProcess rewound = await example.VerbAsync("rewind", RunOf(patch), "--turn", "1", "--json");
        Assert.True(rewound.ExitCode == 0, rewound.Error);
    }

    [Fact]
    public async Task NamesThatAreNoTextOutOfScope_ArePutBack()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""[{ {{Bash}}: { command: "echo done > result.txt; printf changed > $'latin-\\xe9.txt'; printf new > $'other-\\xe8.txt'" } }]""",
            @"grep -q done result.txt && test ""$(cat $'latin-\xe9.txt')"" = one && ! test -e $'other-\xe8.txt'",
            @"printf one > $'latin-\xe9.txt'",
            allowed: "[result.txt]");

        await OddProject.AcceptedAsync(example);
    }

    [Fact]
    public async Task CheckoutWithLineEndsOfDos_IsNoChangeAndTakesThePatch()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""[{ {{Bash}}: { command: "sed -i s/two/done/ plain.txt" } }]""",
            @"grep -qx done plain.txt && ! grep -q $'\r' plain.txt",
            @"printf 'one\ntwo\n' > plain.txt && git add . && git commit -q -m lines && git config core.autocrlf true && rm plain.txt && git checkout -q plain.txt && grep -q $'\r' plain.txt && touch plain.txt");

        string patch = await OddProject.AcceptedAsync(example);

        await OddProject.ShellAsync(example, "git apply \"$1\" && git diff --exit-code --stat -- check.sh && test \"$(git diff --numstat)\" = $'1\t1\tplain.txt'", patch);
    }

    private static string RunOf(string patch) => Path.GetFileName(Path.GetDirectoryName(patch))!;
}
