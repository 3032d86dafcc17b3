namespace Orchestrator.Tools.Tests.Escapes;

[Collection(nameof(Escapes))] // One after the other: both measure what is free in memory.
public sealed class EscapeTests(EscapeTests.Attempts attempts) : IClassFixture<EscapeTests.Attempts>
{
    public static TheoryData<string, int, string> Table
    {
        get
        {
            TheoryData<string, int, string> rows = [];
            foreach (string user in EscapeRun.Users)
            {
                foreach (Attempt attempt in AttemptTable.All)
                {
                    rows.Add(user, attempt.Number, attempt.Name);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Attempt_IsContained(string user, int number, string name) =>
        Assert.Equal((name, AttemptEnd.Contained), (name, attempts.Ends[user][$"{number}"]));

    [Fact]
    public void Table_HasEachOfThe64Once() => Assert.Equal(Enumerable.Range(1, 64), AttemptTable.All.Select(attempt => attempt.Number).Order());

    /// <summary>All of them, made once.</summary>
    public sealed class Attempts : IAsyncLifetime
    {
        public Dictionary<string, IReadOnlyDictionary<string, string>> Ends { get; } = [];

        public async Task InitializeAsync()
        {
            foreach (string user in EscapeRun.Users)
            {
                Ends[user] = await EscapeRun.OfAsync(user, "all");
            }
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
