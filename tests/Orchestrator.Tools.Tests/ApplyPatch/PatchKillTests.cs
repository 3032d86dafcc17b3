using System.Diagnostics;
using Orchestrator.Agent.Tools;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Tools.Tests.ApplyPatch;

/// <summary>A process that is killed while it applies a patch, between any two files of it.</summary>
public sealed class PatchKillTests(ITestOutputHelper output) : IDisposable
{
    private const int Files = 8;

    private readonly ToolRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact(Timeout = 590_000)]
    public async Task KilledAmongTheFiles_ThePatchIsWholeOnceItIsAskedForAgain()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}.");
        Random random = new(seed);
        int rounds = Rounds.Of(6, 60);
        int unanswered = 0;
        for (int round = 1; round <= rounds; round++)
        {
            Enumerable.Range(0, Files).ToList().ForEach(file => File.WriteAllText(At(file), $"old {round}\n"));
            string patch = "*** Begin Patch\n"
                + string.Concat(Enumerable.Range(0, Files).Select(file => $"*** Update File: f{file}\n-old {round}\n+new {round}\n"))
                + $"*** Add File: added{round}\n+x\n*** End Patch\n";
            int wanted = random.Next(0, Files + 1);
            using Process worker = _rig.StartPatching(patch, round);

            await Until.TrueAsync(() => worker.HasExited || (wanted == 0 ? File.Exists(InJournal(round, "patch.json")) : Changed(round) >= wanted), $"{wanted} files");
            worker.Kill();
            await worker.WaitForExitAsync();
            int found = Changed(round);
            unanswered += File.Exists(InJournal(round, "answer.json")) ? 0 : 1;
            ToolResult result = await _rig.PatchAsync(patch, round);

            Assert.True(result.ExitCode == 0, ToolRig.Text(result));
            Assert.Equal((Files, true), (Changed(round), File.Exists(_rig.FileInTree($"added{round}"))));
            output.WriteLine($"Round {round}: killed with {found} of {Files} files changed.");
        }

        Assert.True(unanswered >= rounds / 2, $"Of {rounds} kills {unanswered} came before the answer.");
    }

    private string At(int file) => _rig.FileInTree($"f{file}");

    private int Changed(int round) => Enumerable.Range(0, Files).Count(file => File.ReadAllText(At(file)) == $"new {round}\n");

    private string InJournal(int round, string name) => Path.Combine(_rig.EffectFolder($"call-{round}").Path, name);
}
