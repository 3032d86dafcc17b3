using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.Tests.Tasks;

/// <summary>Tasks that an older version stored lack the keys that came later.</summary>
public sealed class StoredTaskTests
{
    [Fact]
    public void TaskFromBeforeAKey_HasTheKeysDefault()
    {
        var task = new AgentTask
        {
            Name = "n",
            Objective = "o",
            Workspace = new WorkspaceSource("/s", null),
            Success = [new SuccessCriterion("t", "make")],
        };
        JsonObject old = (JsonObject)JsonSerializer.SerializeToNode(task, AgentJson.Default.AgentTask)!;
        string[] first =
        [
            "name", "objective", "project", "context", "constraints", "allowedPaths", "protectedPaths", "workspace", "success", "checkpoints",
            "model", "budget",
        ];
        string[] later = [.. old.Select(member => member.Key).Except(first)];
        Assert.NotEmpty(later);
        Array.ForEach(later, key => old.Remove(key));

        AgentTask read = old.Deserialize(AgentJson.Default.AgentTask)!;

        Assert.Equal(
            JsonSerializer.Serialize(task, AgentJson.Default.AgentTask), JsonSerializer.Serialize(read, AgentJson.Default.AgentTask));
    }
}
