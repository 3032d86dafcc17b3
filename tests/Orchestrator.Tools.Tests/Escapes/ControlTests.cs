namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>That the attempts bite: without any one of the walls at least one of them gets out.</summary>
[Collection(nameof(Escapes))] // One after the other: both measure what is free in memory.
public sealed class ControlTests
{
    public static TheoryData<string> Users => [.. EscapeRun.Users];

    [Theory]
    [MemberData(nameof(Users))]
    public async Task WallIsMissing_AnAttemptEscapes(string user)
    {
        IReadOnlyDictionary<string, string> ends = await EscapeRun.OfAsync(user, "controls");

        Assert.True(ends.Count >= 40, $"Only {ends.Count} walls were tried.");
        Assert.Empty(ends.Where(end => !end.Value.StartsWith(AttemptEnd.Escaped, StringComparison.Ordinal)).Select(end => $"{end.Key}: {end.Value}"));
    }
}
