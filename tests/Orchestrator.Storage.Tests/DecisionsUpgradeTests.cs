using Orchestrator.Agent.Approvals;
using Orchestrator.Agent.Stores;
using Orchestrator.Sql;

namespace Orchestrator.Storage.Tests;

public sealed class DecisionsUpgradeTests
{
    private const int VersionBefore = 18;

    [Fact]
    public async Task ApprovalsFromBeforeTerms_AreThereAndCanBeDecided()
    {
        var data = new DataFolder(Directory.CreateTempSubdirectory("storage-test-").FullName);
        await WriteOldAsync(data);

        await using StorageRig rig = await StorageRig.OpenAsync(data, ownsFolder: true);

        Approval decided = Assert.Single(await rig.Approvals.ListDecidedAsync(StorageRig.Run, CancellationToken.None));
        Approval open = Assert.Single(await rig.Approvals.ListOpenAsync(null, CancellationToken.None));
        Assert.Equal(("old", ApprovalState.Denied, "no", "ben"), (decided.Id, decided.State, decided.Reason, Assert.Single(decided.Votes).Name));
        Assert.Equal(("open", "anna", 1), (open.Id, open.Requester, open.Terms.Needed));
        Assert.Equal(
            new DecisionOutcome.Recorded(ApprovalState.Approved),
            await rig.Approvals.DecideAsync(StorageRig.Decision("open"), CancellationToken.None));
        Assert.Equal(["open"], await rig.Approvals.ListDoorbellsAsync(CancellationToken.None));
    }

    /// <summary>As the version before wrote them: one that was decided, and one that waits.</summary>
    private static async Task WriteOldAsync(DataFolder data)
    {
        Migrations all = Migrations.FromResources(typeof(RunDatabase).Assembly, "Orchestrator.Storage.Schema.");
        await using SqliteDatabase old = await SqliteDatabase.OpenAsync(
            data.RunDatabase, Migrations.FromScripts([.. all.Scripts.Take(VersionBefore)]), CancellationToken.None);
        await old.WriteAsync(
            connection =>
            {
                connection.Execute(
                    "INSERT INTO runs(run_id, name, task, model, requester, submitted_at) VALUES($1, 'n', '{}', 'gpt-5.4', 'anna', 0)", StorageRig.Run);
                foreach ((string id, string state) in (ValueTuple<string, string>[])[("old", "Denied"), ("open", "Open")])
                {
                    connection.Execute(
                        """
                        INSERT INTO approvals(id, run_id, kind, turn, digest, question, subject, because, opened_at, state, decided_by, decided_at, reason)
                        VALUES($1, $2, 'Tool', 1, 'digest of ' || $1, 'q', 's', 'b', 1, $3, 'ben', CASE $3 WHEN 'Open' THEN NULL ELSE 2 END, 'no')
                        """,
                        id, StorageRig.Run, state);
                }

                connection.Execute("INSERT INTO approval_votes(approval_id, person, decision, at) VALUES('old', 'ben', 'Denied', 2)");
            },
            CancellationToken.None);
    }
}
