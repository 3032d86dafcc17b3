using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Orchestrator.Protocol;
using Orchestrator.Sql;
using Orchestrator.TaskHub.Tests.Workers;

namespace Orchestrator.TaskHub.Tests.Sql;

/// <summary>Hub databases of former versions go on where they stood.</summary>
public sealed class HubMigrationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hub-migration-");

    private string FilePath => Path.Combine(_folder.FullName, "hub.db");

    [Fact]
    public async Task FirstSchema_OpenActivityIsHandedOut()
    {
        HistoryEvent[] history =
        [
            Happened(new HistoryEvent { OrchestratorStarted = new OrchestratorStartedEvent() }),
            Happened(new HistoryEvent
            {
                ExecutionStarted = new ExecutionStartedEvent
                {
                    Name = "Flow",
                    OrchestrationInstance = new OrchestrationInstance { InstanceId = "a", ExecutionId = "e" },
                },
            }),
            Happened(new HistoryEvent { EventId = 0, TaskScheduled = new TaskScheduledEvent { Name = "Done" } }),
            Happened(new HistoryEvent { EventId = 1, TaskScheduled = new TaskScheduledEvent { Name = "Open", Input = "1" } }),
        ];
        HistoryEvent result = Happened(new HistoryEvent { TaskCompleted = new TaskCompletedEvent { TaskScheduledId = 0 } });
        string first = Migrations.FromResources(typeof(Hub).Assembly, "Orchestrator.TaskHub.Stores.Schema.").Scripts[0];
        await using (SqliteDatabase database = await SqliteDatabase.OpenAsync(FilePath, Migrations.FromScripts(first), default))
        {
            await database.WriteAsync(
                connection =>
                {
                    connection.Execute("INSERT INTO instances VALUES (1, 'a', 'e', 0, 'Flow', NULL, 0, NULL, NULL, 1, 1, NULL, NULL, 1, 100, 0)");
                    connection.Execute("INSERT INTO starts VALUES (1, $1)", history[1].ToByteArray());
                    connection.Execute("INSERT INTO history VALUES ($1, $2)", 1L << 31, new HistoryChunk { Events = { history } }.ToByteArray());
                    connection.Execute("INSERT INTO activities VALUES (2, 1, 0, $1)", new ActivityRequest { Name = "Open" }.ToByteArray());
                    connection.Execute("INSERT INTO messages VALUES (1, 1, 0, 7, 1, $1)", result.ToByteArray());
                },
                default);
        }

        await using var hub = new Hub(
            Microsoft.Extensions.Options.Options.Create(new TaskHubOptions { DatabasePath = FilePath }),
            Microsoft.Extensions.Options.Options.Create(new NamedHubOptions()),
            TimeProvider.System, NullLogger<Hub>.Instance);
        await hub.StartAsync(CancellationToken.None);
        using ScriptedWorker worker = ScriptedWorker.Connect(hub.Invoker);
        WorkItem[] items = [await worker.NextAsync(), await worker.NextAsync()];

        ActivityRequest open = Assert.Single(items, item => item.ActivityRequest is not null).ActivityRequest;
        Assert.Equal(("Open", "1", 1, "e"), (open.Name, open.Input, open.TaskId, open.OrchestrationInstance.ExecutionId));
        OrchestratorRequest turn = Assert.Single(items, item => item.OrchestratorRequest is not null).OrchestratorRequest;
        Assert.Equal(0, turn.NewEvents.Last().TaskCompleted?.TaskScheduledId);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static HistoryEvent Happened(HistoryEvent happened)
    {
        happened.Timestamp = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToTimestamp();
        return happened;
    }
}
