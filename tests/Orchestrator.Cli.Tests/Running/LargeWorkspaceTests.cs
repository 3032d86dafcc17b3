using System.Diagnostics;
using System.Globalization;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Running;

/// <summary>Repositories of 64 MB, and of 1 GiB in the deep tier: one file, and many small ones. No process may hold the large file in memory.</summary>
public sealed class LargeWorkspaceTests(ITestOutputHelper output)
{
    private const string Bash = "tool: bash, arguments";
    private const long MostKilobytes = 500_000;

    /// <summary>Starts a program, and tells on its last line of errors how much memory the largest process below it took, in KB.</summary>
    private const string Measure = """
        import resource, subprocess, sys
        code = subprocess.call(sys.argv[1:])
        print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
        sys.exit(code)
        """;

    private static readonly int Megabytes = Rounds.Of(64, 1024);
    private static readonly int Folders = Rounds.Of(10, 200);

    private static readonly string Make = $"""
        head -c {Megabytes}M /dev/urandom > big.bin
        for folder in $(seq {Folders}); do mkdir -p many/$folder; for file in $(seq 100); do echo "$folder $file needle" > many/$folder/$file.txt; done; done
        """;

    [Fact]
    public async Task SmallFilesChange_LandsInBoundedMemory()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""
            [{ tool: search_files, arguments: { pattern: needle, names_only: true } },
             { {{Bash}}: { command: "echo done > many/7/17.txt; echo done > result.txt" } },
             { {{Bash}}: { command: "git status --porcelain && rm many/3/*" } }]
            """,
            $"grep -q done result.txt && grep -q done many/7/17.txt && test $(ls many/*/*.txt | wc -l) = {(Folders - 1) * 100} && test $(stat -c %s big.bin) = {Megabytes << 20}",
            Make);

        using Process run = await RunAsync(example);

        Assert.True(run.ExitCode == 0, await ErrorAsync(run));
        Assert.InRange(await PeakAsync(run), 0, MostKilobytes);
        string patch = Directory.GetFiles(Path.Combine(example.Data, "results"), "changes.patch", SearchOption.AllDirectories).Single();
        await OddProject.ShellAsync(example, "git apply \"$1\" && grep -q done many/7/17.txt && ! test -e many/3", patch);
    }

    [Fact]
    public async Task LargeFileItselfChanges_IsTurnedAwayInWordsInBoundedMemory()
    {
        using ExampleFolder example = await OddProject.CreateAsync(
            $$"""[{ {{Bash}}: { command: "printf done | dd of=big.bin bs=1 seek=1000 conv=notrunc 2>&1; echo done > result.txt" } }]""",
            "grep -q done result.txt",
            $"{Make}\nhead -c 4M /dev/urandom >> big.bin");
        await File.AppendAllTextAsync(example.Script, "- text: I put it back.\n  calls: [{ tool: bash, arguments: { command: git checkout big.bin } }]\n- text: It is done.\n");

        using Process run = await RunAsync(example);

        string error = await ErrorAsync(run);
        Assert.True(run.ExitCode == 0, error);
        Assert.Contains("before and after together, the most of it in big.bin", error, StringComparison.Ordinal);
        Assert.Contains("at most 128 MiB can land (Landing:MostBytes in settings.json of the data folder)", error, StringComparison.Ordinal);
        Assert.InRange(await PeakAsync(run), 0, MostKilobytes);
    }

    private readonly Dictionary<Process, Task<string>> _errors = [];

    private async Task<Process> RunAsync(ExampleFolder example)
    {
        long begun = TimeProvider.System.GetTimestamp();
        string program = Path.Combine(AppContext.BaseDirectory, "orchestrator");
        Process run = Process.Start(new ProcessStartInfo("python3", ["-c", Measure, program, "run", example.Task, "--data", example.Data]) { RedirectStandardError = true })!;
        Task<string> error = run.StandardError.ReadToEndAsync();
        _errors.Add(run, error);
        await run.WaitForExitAsync();
        output.WriteLine($"{Megabytes} MB and {Folders * 100} files: {TimeProvider.System.GetElapsedTime(begun).TotalSeconds:0.0} s, at most {await PeakAsync(run) / 1000} MB in a process");
        return run;
    }

    private Task<string> ErrorAsync(Process run) => _errors[run];

    private async Task<long> PeakAsync(Process run) => long.Parse((await ErrorAsync(run)).TrimEnd().Split('\n')[^1], CultureInfo.InvariantCulture);
}
