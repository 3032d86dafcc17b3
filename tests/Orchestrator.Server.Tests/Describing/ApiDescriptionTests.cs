using System.Text.Json;

namespace Orchestrator.Server.Tests.Describing;

public sealed class ApiDescriptionTests
{
    [Fact]
    public async Task EveryOperation_SaysWhoMayCallItAndHowItFails()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();

        using JsonDocument document = JsonDocument.Parse(await local.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));

        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Path: path.Name, operation.Value)))
            .ToArray();
        Assert.True(operations.Length > 15, document.RootElement.ToString());
        Assert.All(operations, operation =>
        {
            Assert.True(operation.Value.GetProperty("responses").GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _));
            Assert.Equal(operation.Path.StartsWith("/api/", StringComparison.Ordinal) && !operation.Path.EndsWith("/{source}", StringComparison.Ordinal), operation.Value.TryGetProperty("security", out JsonElement security) && security.GetArrayLength() > 0);
        });
        Assert.Equal("bearer", document.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        Assert.Equal(
            ["detail", "fix", "status", "title"],
            document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties").EnumerateObject().Select(property => property.Name).Order());
    }
}
