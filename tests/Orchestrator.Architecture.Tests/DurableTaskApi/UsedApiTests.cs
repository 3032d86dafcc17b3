namespace Orchestrator.Architecture.Tests.DurableTaskApi;

/// <summary>
/// The checked-in list is what the stand-in must have in common with the original packages. A change of it is a decision:
/// see that the original has what is added, then write the list anew with the variable below.
/// </summary>
public sealed class UsedApiTests
{
    private const string List = "tests/Orchestrator.Architecture.Tests/DurableTaskApi/used-api.txt";
    private const string UpdateVariable = "ORCHESTRATOR_UPDATE_USED_API";

    [Fact]
    public void ProductCode_UsesWhatTheListSays()
    {
        IReadOnlyList<string> used = UsedApi.By(Product.OnTheModel);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(Repository.FullPath(List), string.Join('\n', used) + "\n");
        }

        Assert.Equal(Repository.Read(List).Split('\n', StringSplitOptions.RemoveEmptyEntries), used);
    }
}
