using System.Diagnostics;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>The live view in a terminal.</summary>
public sealed class TerminalTests
{
    private const string EchoIsOn = @"(?m)(^|[ ;])echo[ ;]";

    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "orchestrator");

    [Fact]
    public async Task StatusLine_TellsTurnMoneyAndWhatIsGoingOnAndNoKeys()
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SmallTask.SlowScript, budget: "{ usd: 5, turns: 60 }");
        string slowCheck = SmallTask.Text(budget: "{ usd: 5, turns: 60 }")
            .Replace("grep -q done result.txt\" }", "sleep 2; grep -q done result.txt\" }", StringComparison.Ordinal);
        await File.WriteAllTextAsync(example.Task, slowCheck);

        using var terminal = Terminal.Start($"'{Executable}' run '{example.Task}' --data '{example.Data}'; stty -a");
        await terminal.SaysAsync("  running bash");
        await terminal.TypeAsync("zzz\nzzz");
        await terminal.SaysAsync("  verifying: result");
        await terminal.TypeAsync("zzz");
        await terminal.EndAsync();

        Assert.Matches(@"turn 1 of 60  \$0\.\d{4} of \$5\.00  00:00:\d\d  running bash: mkdir", terminal.Screen);
        Assert.Matches(@"turn 2 of 60  \$0\.\d{4} of \$5\.00  00:00:\d\d  verifying: result", terminal.Screen);
        Assert.DoesNotContain("zzz", terminal.Screen, StringComparison.Ordinal);
        Assert.Contains(" accepted", terminal.Screen, StringComparison.Ordinal);
        Assert.Matches(EchoIsOn, terminal.Screen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EndedFromOutside_TheTerminalEchoesAgain(bool byTerm)
    {
        using ExampleFolder example = await SmallTask.CreateAsync(SmallTask.HeldScript);
        string pid = Path.Combine(example.Path, "pid");
        string run = $"sh -c 'echo $$ > {pid}; exec {Executable} run {example.Task} --data {example.Data}'";

        using var terminal = Terminal.Start($"trap : INT; stty -a > {example.Path}/before; {run}; echo code $?; stty -a > {example.Path}/after");
        await terminal.SaysAsync("  running bash");
        if (byTerm)
        {
            using Process kill = Process.Start("kill", ["-TERM", (await File.ReadAllTextAsync(pid)).Trim()]);
            await kill.WaitForExitAsync();
        }
        else
        {
            await terminal.TypeAsync("\u0003");
        }

        await terminal.EndAsync();
        example.LetGo();

        string after = await File.ReadAllTextAsync(Path.Combine(example.Path, "after"));
        Assert.Contains("code 130", terminal.Screen, StringComparison.Ordinal);
        Assert.Matches(EchoIsOn, after);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(example.Path, "before")), after);
    }
}
