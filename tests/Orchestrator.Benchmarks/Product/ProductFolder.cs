using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Orchestrator.Benchmarks.Product;

/// <summary>A task whose every turn is one command that appends its number to a file, and the data folder of its runs.</summary>
internal sealed class ProductFolder(string root)
{
    private const string Executed = "executed.txt";

    public string Script => Path.Combine(root, "script.yaml");

    public string Task => Path.Combine(root, "task.yaml");

    public string Data => Path.Combine(root, "data");

    public string Source => Path.Combine(root, "source");

    public Task PrepareAsync(int turns, CancellationToken cancellationToken) => PrepareAsync(turns, thinkSeconds: 0, cancellationToken);

    /// <param name="turns">How many commands a run has.</param>
    /// <param name="thinkSeconds">How long the model takes for an answer.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task PrepareAsync(int turns, int thinkSeconds, CancellationToken cancellationToken)
    {
        await CommitSourceAsync(cancellationToken);
        await File.WriteAllLinesAsync(
            Script,
            [
                .. Enumerable.Range(0, turns)
                    .Select(turn => $"- delay: {thinkSeconds}\n  calls: [{{ tool: bash, arguments: {{ command: 'echo {turn} >> {Executed}' }} }}]"),
                "- text: Every number is there.",
            ],
            cancellationToken);
        await File.WriteAllTextAsync(
            Task,
            $$"""
            name: crash
            objective: Append each number once.
            workspace: { source: ./source }
            success: [{ name: numbers, run: "test -s {{Executed}}" }]
            checkpoints: { final: auto }
            model: gpt-5.4
            budget: { turns: {{10 * (turns + 1)}}, usd: 1000 }
            """,
            cancellationToken);
    }

    /// <summary>A task of no commands, whose turns end when the model says so.</summary>
    public async Task PrepareToTalkAsync(CancellationToken cancellationToken)
    {
        await CommitSourceAsync(cancellationToken);
        await File.WriteAllTextAsync(
            Task,
            """
            name: talk
            objective: Plan until you are told that it is enough.
            workspace: { source: ./source }
            success: [{ name: readme, run: "test -s README.md" }]
            checkpoints: { final: auto }
            model: gpt-5.4
            budget: { turns: 1000000, usd: 1000000 }
            """,
            cancellationToken);
    }

    /// <summary>Asks the folder's server as its local user.</summary>
    /// <param name="said">The line in which it says where it listens.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<HttpClient> ClientAsync(string said, CancellationToken cancellationToken)
    {
        string token = await File.ReadAllTextAsync(Path.Combine(Data, "server.token"), cancellationToken);
        var client = new HttpClient { BaseAddress = new Uri(said[said.IndexOf("http", StringComparison.Ordinal)..]) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.Trim());
        return client;
    }

    /// <summary>The numbers that each run's commands have appended, in their order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<int>> Appended()
    {
        string workspaces = Path.Combine(Data, "workspaces");
        return Directory.Exists(workspaces)
            ? Directory.EnumerateDirectories(workspaces).ToDictionary(run => Path.GetFileName(run), Numbers)
            : new Dictionary<string, IReadOnlyList<int>>();
    }

    /// <summary>How many runs have their report.</summary>
    public int Reports()
    {
        string results = Path.Combine(Data, "results");
        return Directory.Exists(results)
            ? Directory.EnumerateDirectories(results).Count(run => File.Exists(Path.Combine(run, "report.md")))
            : 0;
    }

    private async Task CommitSourceAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Source);
        await File.WriteAllTextAsync(Path.Combine(Source, "README.md"), "Numbers are appended here.\n", cancellationToken);
        await GitAsync(["init", "--quiet", "--initial-branch=main"], cancellationToken);
        await GitAsync(["add", "--all"], cancellationToken);
        await GitAsync(
            ["-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost", "commit", "--quiet", "--message", "Start"],
            cancellationToken);
    }

    private static IReadOnlyList<int> Numbers(string workspace)
    {
        string file = Path.Combine(workspace, "tree", Executed);
        return File.Exists(file)
            ? [.. File.ReadLines(file).Select(line => int.Parse(line, CultureInfo.InvariantCulture))]
            : [];
    }

    private async Task GitAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", ["-C", Source, .. arguments]))!;
        await git.WaitForExitAsync(cancellationToken);
        if (git.ExitCode != 0)
        {
            throw new IOException($"git {string.Join(' ', arguments)} failed with exit code {git.ExitCode}.");
        }
    }
}
