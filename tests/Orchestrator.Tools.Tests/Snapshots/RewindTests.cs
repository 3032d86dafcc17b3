using Orchestrator.Agent.Workspaces;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.Snapshots;

/// <summary>What a command can do to a tree is undone to the byte.</summary>
public sealed class RewindTests(ITestOutputHelper output)
{
    /// <summary>What a step may do, as a script on a folder; $RANDOM is seeded.</summary>
    private const string Step =
        """
        cd -- "$1"; RANDOM=$SEED
        pick() { find . -mindepth 1 ${1:+-type $1} -not -path './.git*' -print0 | LC_ALL=C sort -z | shuf -z -n 1 --random-source=<(yes "$RANDOM") | tr -d '\0'; }
        for _ in 1 2 3 4 5 6; do
          n=$RANDOM; f=$(pick f); d=$(pick d)
          case $((n % 14)) in
            0) head -c $((n % 9000)) /dev/urandom > "${d:-.}/f$n" ;;
            1) mkdir -p "${d:-.}/d$n/empty" ;;
            2) [ -z "$f" ] || echo "more $n" >> "$f" ;;
            3) [ -z "$f" ] || rm -f -- "$f" ;;
            4) [ -z "$d" ] || rm -rf -- "$d" ;;
            5) ln -s "/etc/passwd" "${d:-.}/out$n" ;;
            6) ln -s "nowhere $n" "${d:-.}/gone$n" ;;
            7) [ -z "$f" ] || chmod $((n % 2 ? 755 : 600)) -- "$f" ;;
            8) [ -z "$f" ] || { s=$(stat -c %s -- "$f"); m=$(stat -c %y -- "$f"); head -c "$s" /dev/urandom > "$f.new"; cat "$f.new" > "$f"; rm "$f.new"; touch -d "$m" -- "$f"; } ;;
            9) printf 'x%s' "$n" > "${d:-.}/$(printf 'n\xff\xfe%s' "$n")" ;;
            10) printf 'y' > "${d:-.}/$(printf -- '-rf new\nline\e[31m%s' "$n")" ;;
            11) mkdir -p nested && git -C nested init -q && git -C nested -c user.name=a -c user.email=a@b commit -q --allow-empty -m "$n" 2>/dev/null || true ;;
            12) [ -z "$f" ] || mv -- "$f" "${d:-.}/moved$n" 2>/dev/null || true ;;
            13) [ -z "$d" ] || { mv -- "$d" "kept$n" 2>/dev/null && ln -s "kept$n" "$d"; } || true ;;
          esac
        done
        """;

    [Fact]
    public async Task A_tree_goes_back_to_any_step()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var rig = new ToolRig();
        var steps = new List<(string Snapshot, string Looks)>();
        for (int step = 0; step < Rounds.Of(gate: 30, deep: 100); step++)
        {
            await ChangeAsync(rig.Workspace.Tree, random);
            await File.WriteAllTextAsync(Path.Combine(rig.Workspace.Shell, "environment"), $"step={step}", CancellationToken.None);
            Snapshot snapshot = await TakeAsync(rig);
            steps.Add((snapshot.Id, await LooksAsync(rig.Workspace)));
        }

        Assert.True(steps.Select(step => step.Looks).Distinct().Count() == steps.Count, "Each step has changed something.");
        Assert.Contains(steps, step => step.Looks.Contains("n\u00ff\u00fe", StringComparison.Ordinal));
        foreach (int step in Enumerable.Range(0, steps.Count).OrderBy(_ => random.Next()))
        {
            await rig.Snapshots.RestoreAsync(rig.Workspace, steps[step].Snapshot, rig.Workspace, CancellationToken.None);
            Assert.Equal(steps[step].Looks, await LooksAsync(rig.Workspace));
            Assert.Equal(steps[step].Snapshot, (await TakeAsync(rig)).Id);
        }
    }

    [Fact]
    public async Task Another_workspace_gets_the_same_files_whatever_it_held()
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var rig = new ToolRig();
        using var other = new ToolRig();
        for (int round = 0; round < Rounds.Of(gate: 6, deep: 60); round++)
        {
            await ChangeAsync(rig.Workspace.Tree, random);
            await ChangeAsync(other.Workspace.Tree, random);
            Snapshot snapshot = await TakeAsync(rig);
            await rig.Snapshots.RestoreAsync(rig.Workspace, snapshot.Id, other.Workspace, CancellationToken.None);
            Assert.Equal(await LooksAsync(rig.Workspace), await LooksAsync(other.Workspace));
        }
    }

    private static Task<Snapshot> TakeAsync(ToolRig rig) => rig.Snapshots.TakeAsync(rig.Workspace, CancellationToken.None);

    private static Task<string> ChangeAsync(string folder, Random random) => TreeFingerprint.ShellAsync($"SEED={random.Next(1, 30000)}\n{Step}", folder);

    private static async Task<string> LooksAsync(Workspace workspace) =>
        await TreeFingerprint.OfAsync(workspace.Tree) + await TreeFingerprint.OfAsync(workspace.Shell);
}
