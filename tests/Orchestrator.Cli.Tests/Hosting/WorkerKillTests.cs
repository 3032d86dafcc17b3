using System.Text.Json;
using Xunit.Abstractions;

namespace Orchestrator.Cli.Tests.Hosting;

/// <summary>The bug hunt on a hub and two workers in processes of their own; whichever worker runs a command is killed in its midst.</summary>
public sealed class WorkerKillTests(ITestOutputHelper output)
{
    private const int Kills = 4;
    private const string Reason = "AGENTS.md asks for a regression test of every fixed bug: add one for the quoted field before a CRLF.";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task WorkersKilledInTheMidstOfCommands_TheOtherTakesOverAndEveryCommandRanOnce()
    {
        using ExampleFolder example = await ExampleFolder.CopyAsync("bug-hunt");
        await using CountingEndpoint model = await CountingEndpoint.StartAsync(example.Script);
        (string, string?)[] environment = [("OPENAI_BASE_URL", model.BaseUrl), ("OPENAI_API_KEY", "test")];
        using OrchestratorProcess hub = OrchestratorProcess.Start(["hub", "--listen", "127.0.0.1:0", "--data", Path.Combine(example.Path, "hub")]);
        string address = await hub.HubAddressAsync();
        using OrchestratorProcess submitted = await OrchestratorProcess.RunAsync(
            ["submit", example.Task, "--model", "gpt-5.5", "--json", "--data", example.Data], environment);
        string run = submitted.Json.GetProperty("runId").GetString()!;
        using OrchestratorProcess watch = example.Start("watch", run, "--json");
        using var workers = new Workers(example, address, environment);

        int kills = await KillAndAnswerAsync(example, run, watch, workers);

        Assert.True(watch.Status() == "accepted", watch.Error + hub.Error);
        Assert.Equal(Kills, kills);
        Assert.Equal(34, watch.Json.GetProperty("turns").GetInt32());
        string[] calls = example.ExecutedCalls(run);
        Assert.Equal(19, calls.Length);
        Assert.Equal(calls.Distinct(), calls);
        using OrchestratorProcess shown = await example.VerbAsync("show", run, "--json");
        Assert.DoesNotContain("interrupted", shown.LastLine, StringComparison.Ordinal);
    }

    /// <summary>Kills a worker whenever one runs a command, as often as wanted, and answers what the run asks, until it is over.</summary>
    /// <returns>The kills after which the command still ran.</returns>
    private async Task<int> KillAndAnswerAsync(ExampleFolder example, string run, OrchestratorProcess watch, Workers workers)
    {
        int kills = 0;
        int asked = 0;
        long begun = TimeProvider.System.GetTimestamp();
        while (!await watch.EndsWithinAsync(TimeSpan.FromMilliseconds(5)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, $"{kills} kills, and then:\n{watch.Error}");
            if (kills < Kills && CommandUnderWay.Find(example, run) is { } command && workers.Kill(command.Starter))
            {
                kills += command.IsUnderWay ? 1 : 0;
                output.WriteLine($"killed worker {command.Starter} during {command.Name}");
                await workers.ReplaceAsync();
            }

            if (watch.Error.Split("orchestrator approve ").Length > asked + 1)
            {
                string id = await watch.AskedAsync(++asked);
                string[] answer = asked == 1 ? ["deny", id, "--reason", Reason] : ["approve", id];
                using OrchestratorProcess decided = await example.VerbAsync(answer);
                Assert.True(decided.ExitCode == 0, decided.Error);
            }
        }

        return kills;
    }

    /// <summary>Two workers at any time.</summary>
    private sealed class Workers : IDisposable
    {
        private readonly Func<OrchestratorProcess> _start;
        private readonly List<OrchestratorProcess> _alive = [];
        private readonly List<OrchestratorProcess> _dead = [];

        public Workers(ExampleFolder example, string hub, (string, string?)[] environment)
        {
            _start = () => OrchestratorProcess.Start(["worker", "--hub", hub, "--data", example.Data], environment);
            _alive.AddRange([_start(), _start()]);
        }

        /// <returns>False if the process is none of the workers.</returns>
        public bool Kill(int process)
        {
            if (_alive.Find(worker => worker.Id == process) is not { } worker)
            {
                return false;
            }

            worker.Kill();
            _alive.Remove(worker);
            _dead.Add(worker);
            return true;
        }

        /// <summary>Starts another one in place of each that was killed.</summary>
        public async Task ReplaceAsync()
        {
            OrchestratorProcess worker = _start();
            _alive.Add(worker);
            await worker.SaysAsync("working for");
        }

        public void Dispose()
        {
            foreach (OrchestratorProcess worker in _alive.Concat(_dead))
            {
                worker.Dispose();
            }
        }
    }

    /// <summary>A command of a tool call that has begun and not ended.</summary>
    /// <param name="Folder">Its effect folder.</param>
    /// <param name="Starter">The process that started its supervisor.</param>
    private sealed record CommandUnderWay(string Folder, int Starter)
    {
        public string Name => Path.GetFileName(Folder);

        public bool IsUnderWay => !File.Exists(Path.Combine(Folder, "exit.json"));

        public static CommandUnderWay? Find(ExampleFolder example, string run)
        {
            string effects = Path.Combine(example.Data, "effects", run);
            string? newest = Directory.Exists(effects)
                ? Directory.EnumerateDirectories(effects).Where(folder => !folder.Contains("-check-", StringComparison.Ordinal) && Path.GetFileName(folder) != "log").Max(StringComparer.Ordinal)
                : null;
            string started = Path.Combine(newest ?? string.Empty, "started.json");
            if (newest is null || !File.Exists(started) || File.Exists(Path.Combine(newest, "exit.json")))
            {
                return null;
            }

            using JsonDocument start = JsonDocument.Parse(File.ReadAllBytes(started));
            return ParentOf(start.RootElement.GetProperty("supervisorId").GetInt32()) is { } parent ? new CommandUnderWay(newest, parent) : null;
        }

        /// <returns>Null if the process is gone.</returns>
        private static int? ParentOf(int process)
        {
            try
            {
                // After the name in brackets come the state and the parent.
                string status = File.ReadAllText($"/proc/{process}/stat");
                return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1]);
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
