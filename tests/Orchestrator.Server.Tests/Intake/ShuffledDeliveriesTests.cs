using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Steering;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tickets;
using Orchestrator.Agent.Timeline;
using Orchestrator.Cli.Hosting;
using Orchestrator.Storage;
using Orchestrator.Testing;
using Orchestrator.Testing.Processes;
using Xunit.Abstractions;

namespace Orchestrator.Server.Tests.Intake;

/// <summary>
/// Deliveries in any order, several times, forged and genuine, to a server that is killed again and again; then keepers that die again and again
/// make them runs. Exactly the runs that were asked for by whom may ask are there, each once.
/// </summary>
public sealed class ShuffledDeliveriesTests(ITestOutputHelper output)
{
    private const int AtOnce = 16;

    private const int Keepers = 3;

    private const string ByComment = " by comment";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Shuffled_GiveExactlyTheRunsThatWereAskedFor()
    {
        int count = Rounds.Of(gate: 600, deep: 10_000);
        int seed = int.TryParse(Environment.GetEnvironmentVariable("ORCHESTRATOR_SEED"), out int given) ? given : Random.Shared.Next();
        output.WriteLine($"{count} deliveries, seed {seed}; again with ORCHESTRATOR_SEED={seed}");
        var random = new Random(seed);
        using TestTask task = await TestTask.CreateAsync();
        string folder = Path.Combine(task.Folder, "data");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "settings.json"), await IntakeRig.WriteAsync(task, TestToken.Of("ada", Callers.Role.Admin)));
        (SentDelivery[] deliveries, HashSet<string> wanted) = Make(count, random);

        long begun = TimeProvider.System.GetTimestamp();
        int kills = await SendAllAsync(folder, deliveries, random);
        output.WriteLine($"all are sent after {TimeProvider.System.GetElapsedTime(begun)}");
        (IReadOnlyList<string> started, IReadOnlyList<string> busy, int deaths) = await StartAllAsync(folder, random);

        output.WriteLine($"{wanted.Count} runs were wanted, of {busy.Count} the ticket had one under way; the server was killed {kills} times, keepers died {deaths} times");
        Assert.Equal(wanted.Order(StringComparer.Ordinal), started.Concat(busy).Order(StringComparer.Ordinal));
        Assert.All(busy, one => Assert.Contains(started, other => other != one && TicketOf(other) == TicketOf(one)));
        Assert.True(kills >= 3 && deaths >= 10 && wanted.Count >= count / 20, $"Too little has happened: {kills} kills, {deaths} deaths, {wanted.Count} runs.");
    }

    private static string TicketOf(string name) => name.Replace(ByComment, string.Empty, StringComparison.Ordinal);

    private static string NameOf(string ticket, IntakeDelivery delivery) => delivery.Event == "issue_comment.created" ? ticket + ByComment : ticket;

    private static (SentDelivery[] Deliveries, HashSet<string> Wanted) Make(int count, Random random)
    {
        var deliveries = new List<SentDelivery>();
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        for (int issue = 1; deliveries.Count < count; issue++)
        {
            int number = issue;
            if (random.Next(3) > 0)
            {
                SentDelivery labeled = SentDelivery.Labeled(number);
                deliveries.Add(labeled);
                deliveries.AddRange(Enumerable.Range(0, random.Next(4)).Select(again => random.Next(2) == 0 ? labeled : labeled.Renamed($"again-{number}-{again}")));
                deliveries.AddRange(Enumerable.Range(0, random.Next(3)).Select(edit => SentDelivery.Labeled(number, bend: body => body["issue"]!["body"] = $"Edited {edit}.")));
                wanted.Add($"acme/payments#{number}");
            }

            if (random.Next(3) == 0)
            {
                deliveries.AddRange(Enumerable.Repeat(SentDelivery.Commented(issue: number, comment: number), 1 + random.Next(3)));
                wanted.Add($"acme/payments#{number}{ByComment}");
            }

            deliveries.Add(random.Next(7) switch
            {
                0 => SentDelivery.Labeled(number, "helper[bot]"),
                1 => SentDelivery.Labeled(number, "stranger"),
                2 => SentDelivery.Commented(issue: number, comment: -number, association: "NONE"),
                3 => SentDelivery.Labeled(number, key: IntakeRig.OtherKey),
                4 => SentDelivery.Labeled(number) with { Path = "/api/v1/intake/github/other" },
                5 => SentDelivery.Labeled(number, bend: body => body["action"] = "edited"),
                _ => SentDelivery.Labeled(number).With("X-Hub-Signature-256", "sha256=" + new string('0', 64)),
            });
        }

        SentDelivery[] shuffled = [.. deliveries];
        random.Shuffle(shuffled);
        return (shuffled, wanted);
    }

    /// <summary>Sends all of them as ticket systems do: what isn't answered with success, and isn't refused, is sent again.</summary>
    /// <returns>How often the server was killed.</returns>
    private static async Task<int> SendAllAsync(string folder, SentDelivery[] deliveries, Random random)
    {
        await HoldAsync(folder);
        var waiting = new ConcurrentQueue<SentDelivery>(deliveries);
        int kills = 0;
        for (int round = 0; !waiting.IsEmpty; round++)
        {
            Assert.True(round < 100, "The server doesn't get on.");
            using var over = new CancellationTokenSource(Patience);
            (ChildProcess server, string line) = await ChildProcess.StartAsync("orchestrator", ["serve", "--data", folder, "--urls", "http://127.0.0.1:0", "--json"], over.Token);
            await using (server)
            {
                using JsonDocument told = JsonDocument.Parse(line);
                using var client = new HttpClient { BaseAddress = new Uri(told.RootElement.GetProperty("addresses")[0].GetString()!) };
                int until = random.Next(deliveries.Length / 8, deliveries.Length / 4);
                int sent = 0;
                Task[] senders = [.. Enumerable.Range(0, AtOnce).Select(_ => SendAsync(client, waiting, () => Interlocked.Increment(ref sent) == until ? server.KillAsync() : Task.CompletedTask))];
                await Task.WhenAll(senders);

                // In the last round it dies with all answered.
                await server.KillAsync();
                kills++;
            }
        }

        return kills;
    }

    private static async Task SendAsync(HttpClient client, ConcurrentQueue<SentDelivery> waiting, Func<Task> sent)
    {
        while (waiting.TryDequeue(out SentDelivery? delivery))
        {
            try
            {
                await sent();
                using HttpResponseMessage response = await client.SendAsync(delivery.Request());
                if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
                {
                    waiting.Enqueue(delivery);
                }
            }
            catch (HttpRequestException)
            {
                waiting.Enqueue(delivery);
                return;
            }
        }
    }

    private static async Task HoldAsync(string folder)
    {
        await using Deployment deployment = await Deployment.OpenAsync(folder, CancellationToken.None);
        await deployment.Services.GetRequiredService<ISteeringStore>().TurnOnKillSwitchAsync(KillSwitch.Everybody, "ada", null, CancellationToken.None);
    }

    /// <summary>Several keepers, each with the database open by itself; of their admissions many die.</summary>
    /// <returns>
    /// What runs there are, by ticket and what asked for them; what became none since a run of its ticket was under way; and how many deaths there were.
    /// </returns>
    private static async Task<(IReadOnlyList<string> Started, IReadOnlyList<string> Busy, int Deaths)> StartAllAsync(string folder, Random random)
    {
        await using Deployment deployment = await Deployment.OpenAsync(folder, CancellationToken.None);
        await deployment.Services.GetRequiredService<ISteeringStore>().TurnOffKillSwitchAsync(KillSwitch.Everybody, null, "ada", null, CancellationToken.None);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        int[] deaths = await Task.WhenAll(Enumerable.Range(0, Keepers).Select(_ => KeepAsync(deployment, time, new Random(random.Next()))));
        IIntakeStore store = deployment.Services.GetRequiredService<IIntakeStore>();
        var started = new List<string>();
        foreach (IntakeDelivery one in (await store.SearchAsync(new DeliveryQuery { State = DeliveryState.Started, Limit = 100_000 }, CancellationToken.None)).Deliveries)
        {
            Ticket? ticket = await deployment.Services.GetRequiredService<ITicketStore>().FindAsync(one.RunId!, CancellationToken.None);
            started.Add(NameOf($"{ticket!.Repository}#{ticket.Number}", one));
        }

        IEnumerable<string> busy =
            from one in (await store.SearchAsync(new DeliveryQuery { State = DeliveryState.Ignored, Limit = 100_000 }, CancellationToken.None)).Deliveries
            where one.Reason!.Contains("works on this ticket", StringComparison.Ordinal)
            select NameOf(one.TicketKey!, one);

        Assert.Equal(started.Count, (await deployment.Runs.ListAsync(CancellationToken.None)).Count);
        Assert.Empty((await store.SearchAsync(new DeliveryQuery { State = DeliveryState.Queued }, CancellationToken.None)).Deliveries);
        return (started, [.. busy], deaths.Sum());
    }

    private static async Task<int> KeepAsync(Deployment deployment, FakeTimeProvider time, Random random)
    {
        await using RunDatabase database = await RunDatabase.OpenAsync(new DataFolder(deployment.Data.Root), time, CancellationToken.None);
        await using ServiceProvider services = new ServiceCollection().AddStorage(database).BuildServiceProvider();
        IIntakeStore store = services.GetRequiredService<IIntakeStore>();
        var start = new TicketStart(
            deployment.Services.GetRequiredService<IntakeSources>(), [], (task, origin, _) => AdmitAsync(services, task, origin, random), store,
            deployment.Services.GetRequiredService<Redactor>(), time, NullLogger<TicketStart>.Instance);
        int deaths = 0;
        for (int round = 0; round < 1_000_000; round++)
        {
            try
            {
                if (await start.StartNextAsync(CancellationToken.None))
                {
                    continue;
                }
            }
            catch (KeeperDiedException)
            {
                deaths++;
                continue;
            }

            await EndRunsAsync(services);
            if ((await store.SearchAsync(new DeliveryQuery { State = DeliveryState.Queued, Limit = 1 }, CancellationToken.None)).Deliveries.Count == 0)
            {
                return deaths;
            }

            time.Advance(TimeSpan.FromMinutes(1));
        }

        throw new TimeoutException("Deliveries stay queued.");
    }

    private static Task<AdmittedTask> AdmitAsync(IServiceProvider services, AgentTask task, TaskOrigin origin, Random random) => random.Next(10) == 0
        ? Task.FromException<AdmittedTask>(new KeeperDiedException())
        : Task.FromResult(new AdmittedTask
        {
            RunId = RunId.New(),
            Task = task,
            BaseCommit = new string('a', 40),
            Model = "test",
            ModelReason = "test",
            Requester = origin.Requester,
            Author = origin.Author,
            Tenant = origin.Tenant ?? AdmittedTask.LocalTenant,
        });

    /// <summary>Runs at work hold places, and keep others of their tickets from starting.</summary>
    private static async Task EndRunsAsync(IServiceProvider services)
    {
        IRunStore runs = services.GetRequiredService<IRunStore>();
        foreach (UnfinishedRun run in await runs.ListUnfinishedAsync(CancellationToken.None))
        {
            await runs.FinishAsync(
                run.RunId, 0, new RunResult { Status = RunStatus.Accepted, Reason = null, Turns = 1, ToolCalls = 0, Usage = new(0, 0, 0), CostUsd = 0 }, null,
                new RunEvent(RunEventKind.Finished, 1, "accepted"), CancellationToken.None);
        }
    }

    private sealed class KeeperDiedException : Exception;
}
