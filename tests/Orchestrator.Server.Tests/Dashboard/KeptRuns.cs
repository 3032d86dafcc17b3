using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Policies;
using Orchestrator.Agent.Runs;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Timeline;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Turns;
using Orchestrator.Agent.Verification;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Server.Tests.Dashboard;

/// <summary>Runs and approvals that a folder has before a server starts on it; nobody works on them.</summary>
internal sealed class KeptRuns(Deployment deployment)
{
    public const string Diff =
        """
        diff --git a/app/users.py b/app/users.py
        index 1111111..2222222 100644
        --- a/app/users.py
        +++ b/app/users.py
        @@ -1,3 +1,4 @@
         import db
        -def users(): return db.all()
        +def users(page): return db.page(page)
        +# <b>two</b> lines
         # end
        diff --git a/tests/new.txt b/tests/new.txt
        new file mode 100644
        --- /dev/null
        +++ b/tests/new.txt
        @@ -0,0 +1,1 @@
        +hello

        """;

    /// <summary>Everything that a page can show, for a look at them all.</summary>
    public static async Task AddAllAsync(Deployment deployment)
    {
        var kept = new KeptRuns(deployment);
        await kept.AddRunAsync("r1", "Add pagination to GET /users");
        await kept.AddAnswersAsync("r1", 12);
        await kept.AskAsync("r1", "r1.t2c1", "git fetch origin && git push --force-with-lease origin orchestrator/r1");
        await kept.AskAsync("r1", "r1.t3c1", "rm -rf build\u202e/dne/ && echo p\u0430ypal\n\n\nmake deploy", terms: new() { Needed = 2 });
        await kept.AddRunAsync("r2", "Repair the flaky login test, whose name is so long that it has to be wrapped somewhere", requester: "anna");
        await kept.AskAboutDiffAsync("r2", "r2.f4");
        await kept.AddRunAsync("r3", "Upgrade the framework");
        await kept.FinishAsync("r3");
    }

    public async Task AddRunAsync(string run, string? name = null, string requester = "ben", string tenant = AdmittedTask.LocalTenant)
    {
        var task = new AdmittedTask
        {
            RunId = run,
            Task = new AgentTask
            {
                Name = name ?? $"name of {run}",
                Objective = "Do it.\nThen say so.",
                Workspace = new WorkspaceSource("/src/sample-app", "main"),
                Success = [new SuccessCriterion("tests", "make test")],
                Budget = new BudgetTerms { Usd = 2.5m },
            },
            BaseCommit = "abc",
            Model = "gpt-5.5",
            ModelReason = "asked for",
            Requester = requester,
            Tenant = tenant,
        };
        await Get<ITaskStore>().AddAsync(task, CancellationToken.None);
        await Get<IRunStore>().SetScheduledAsync(run, 0, CancellationToken.None);
    }

    /// <summary>Asks about a call of bash.</summary>
    public Task<Approval> AskAsync(string run, string id, string command, AskTerms? terms = null, string requester = "ben", string tenant = AdmittedTask.LocalTenant)
    {
        string arguments = System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string> { ["command"] = command });
        return Get<IApprovalStore>().OpenAsync(
            new Approval
            {
                Id = id,
                RunId = run,
                Kind = CheckpointKind.Tool,
                Turn = 2,
                Digest = $"digest-of-{id}",
                Question = "May the agent run this bash call?",
                Subject = command,
                Because = "rule checkpoints.tools[0]",
                Call = new AskedCall($"{run}.t2c1", "bash", EffectClass.Contained, arguments, "checkpoints.tools[0]", "0123abcd"),
                Terms = terms ?? new(),
                Requester = requester,
                Tenant = tenant,
            },
            CancellationToken.None);
    }

    public Task<Approval> AskAboutDiffAsync(string run, string id, string diff = Diff) => Get<IApprovalStore>().OpenAsync(
        new Approval
        {
            Id = id,
            RunId = run,
            Kind = CheckpointKind.Final,
            Turn = 4,
            Digest = $"digest-of-{id}",
            Question = "Shall this diff land?",
            Subject = diff,
            Because = "verified: tests exit code 0",
            Requester = "ben",
        },
        CancellationToken.None);

    public Task<Approval> AskAboutPlanAsync(string run, string id, string plan, Orchestrator.Agent.Policies.AskTerms? terms = null) => Get<IApprovalStore>().OpenAsync(
        new Approval
        {
            Id = id,
            RunId = run,
            Kind = CheckpointKind.Plan,
            Turn = 1,
            Digest = $"digest-of-{id}",
            Question = "Shall the model go about the task like this?",
            Subject = plan,
            Because = "checkpoints.plan",
            Terms = terms ?? new(),
            Requester = "ben",
        },
        CancellationToken.None);

    public Task TellAsync(string run, RunEventKind kind, string text, int turn = 1, string? details = null, string? effect = null) =>
        Get<IReplyStore>().TellAsync(run, new RunEvent(kind, turn, text) { Details = details, Effect = effect }, CancellationToken.None);

    public async Task AddAnswersAsync(string run, int turns)
    {
        for (int turn = 1; turn <= turns; turn++)
        {
            await Get<IReplyStore>().BeginAttemptAsync(run, turn, new RequestTerms(1000, null), 0.1m, CancellationToken.None);
            await Get<IReplyStore>().CommitAsync(
                new CommittedReply
                {
                    RunId = run,
                    Turn = turn,
                    ResponseId = $"response-{turn}",
                    Model = "gpt-5.5",
                    Text = "I go on.",
                    Calls = [new RequestedCall($"call-{turn}", turn % 3 == 0 ? "apply_patch" : "bash", "{}")],
                    End = ReplyEnd.Completed,
                    Usage = new TokenUsage(1_000 * turn, 900 * turn, 120),
                    CostUsd = 0.01m * (1 + (turn % 5)),
                    Attempts = 1,
                    Elapsed = TimeSpan.FromSeconds(3),
                },
                [],
                [new RunEvent(RunEventKind.Answered, turn, "I go on: " + new string('x', 40))],
                CancellationToken.None);
        }
    }

    public async Task FinishAsync(string run, string diff = Diff)
    {
        var data = deployment.Data;
        Directory.CreateDirectory(data.ResultsOf(run));
        await File.WriteAllTextAsync(data.PatchOf(run), $"# {run}: verified\n\n{diff}");
        await Get<IRunStore>().FinishAsync(
            run,
            0,
            new RunResult
            {
                Status = RunStatus.Rejected,
                Reason = "canceled by anna after a rejection",
                Verdict = new Verdict
                {
                    Accepted = false,
                    Checks = [new Check("tests", 0), new Check("types", 2) { Tail = "app/users.py:3: error: <script>\nFound 1 error" }],
                    OutOfScope = ["secrets/key"],
                    OutOfScopeCount = 1,
                    Tree = "feedface",
                    Elapsed = TimeSpan.FromSeconds(12),
                },
                Turns = 12,
                ToolCalls = 9,
                Usage = TokenUsage.None,
                CostUsd = 0.42m,
                Patch = data.PatchOf(run),
            },
            null,
            new RunEvent(RunEventKind.Finished, 12, "rejected"),
            CancellationToken.None);
    }

    /// <summary>Something that somebody allowed for later, for all runs of a requester or of a tenant, or for a run.</summary>
    public void Allow(string id, AlwaysScope scope, string of, string prefix, int uses = 2, int? most = 10, string by = "anna", double days = 3) => Execute(
        """
        INSERT INTO always_rules(id, scope, scope_of, tool, prefix, expires_at, most_uses, uses, created_by, created_at, approval_id)
        VALUES($id, $scope, $of, 'bash', $prefix, $ends, $most, $uses, $by, $now, $approval)
        """,
        ("$id", id), ("$scope", scope.ToString()), ("$of", of), ("$prefix", prefix), ("$ends", TimeProvider.System.GetUtcNow().AddDays(days).ToUnixTimeMilliseconds()),
        ("$most", most), ("$uses", uses), ("$by", by), ("$now", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), ("$approval", $"approval of {id}"));

    private void Execute(string sql, params IReadOnlyList<(string Name, object? Value)> values)
    {
        using var connection = new SqliteConnection($"Data Source={deployment.Data.RunDatabase}");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }

    public T Get<T>()
        where T : notnull => deployment.Services.GetRequiredService<T>();
}
