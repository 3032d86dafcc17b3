using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Providers.Scripted;
using Orchestrator.Providers.Scripted.Responses;

namespace Orchestrator.Providers.Tests;

public sealed class ModelClientTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("providers-").FullName;

    [Fact]
    public async Task ScriptedModel_IsServedFromItsFileWithoutAKey()
    {
        string script = await WriteScriptAsync("- text: Hello.\n");
        await using ServiceProvider services = Services([]);
        IModelClient client = services.GetRequiredService<IModelClient>();

        await client.CheckAsync($"scripted:{script}", default);
        ModelReply reply = await client.AskAsync(Asking.Request() with { Model = $"scripted:{script}" }, default);

        Assert.Equal(("Hello.", "scripted"), (reply.Text, reply.Model));
    }

    [Fact]
    public async Task BrokenScript_IsFoundByTheCheck()
    {
        string script = await WriteScriptAsync("- say: Hello.\n");
        await using ServiceProvider services = Services([]);

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(
            () => services.GetRequiredService<IModelClient>().CheckAsync($"scripted:{script}", default));

        Assert.Equal(ProviderFailure.Misconfigured, exception.Failure);
        Assert.StartsWith($"{script}:1: say:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAIModel_IsAskedAtTheConfiguredAddress()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((http, _) => new ScriptPlayer(
            ScriptReader.Parse("s", "- text: Hello.\n"), TimeProvider.System).AnswerAsync(http, new ResponsesDialect(TimeProvider.System)));
        await using ServiceProvider services = Services(new() { ["OPENAI_API_KEY"] = Asking.Key + "\n", ["OPENAI_BASE_URL"] = endpoint.BaseUrl });

        ModelReply reply = await services.GetRequiredService<IModelClient>().AskAsync(Asking.Request(), default);

        Assert.Equal("Hello.", reply.Text);
        Assert.Equal($"Bearer {Asking.Key}", endpoint.Requests[0].Authorization);
        Assert.Equal("gpt-5.5", JsonDocument.Parse(endpoint.Requests[0].Body).RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public async Task NoKey_IsSaidBeforeAnythingIsSent()
    {
        await using FakeEndpoint endpoint = await FakeEndpoint.StartAsync((_, _) => Task.CompletedTask);
        await using ServiceProvider services = Services(new() { ["OPENAI_API_KEY"] = "", ["OPENAI_BASE_URL"] = endpoint.BaseUrl });

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(
            () => services.GetRequiredService<IModelClient>().CheckAsync("gpt-5.5", default));

        Assert.Equal(ProviderFailure.Unauthorized, exception.Failure);
        Assert.Contains("OPENAI_API_KEY", exception.Message, StringComparison.Ordinal);
        Assert.Empty(endpoint.Requests);
    }

    [Fact]
    public async Task AddressThatIsNoUrl_IsRefused()
    {
        await using ServiceProvider services = Services(new() { ["OPENAI_BASE_URL"] = "localhost:8080" });

        ProviderException exception = await Assert.ThrowsAsync<ProviderException>(
            () => services.GetRequiredService<IModelClient>().CheckAsync("gpt-5.5", default));

        Assert.Contains("OPENAI_BASE_URL", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ScriptedEndpoint_SpeaksOfItselfAsScripted()
    {
        string script = await WriteScriptAsync("- text: Hello.\n");
        await using ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(script, new IPEndPoint(IPAddress.Loopback, 0), TimeProvider.System, default);
        using HttpClient http = new();

        JsonElement model = JsonDocument.Parse(await http.GetStringAsync($"{endpoint.BaseUrl}/models/any")).RootElement;
        HttpResponseMessage answer = await http.PostAsync($"{endpoint.BaseUrl}/responses", new StringContent("""{"model":"any","input":"Hi."}"""));
        HttpResponseMessage unknown = await http.GetAsync($"{endpoint.BaseUrl}/nothing");

        Assert.Equal("scripted", model.GetProperty("owned_by").GetString());
        JsonElement response = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(("scripted", "completed"), (response.GetProperty("model").GetString(), response.GetProperty("status").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("no language model", endpoint.Announcement, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> WriteScriptAsync(string yaml)
    {
        string path = Path.Combine(_folder, "script.yaml");
        await File.WriteAllTextAsync(path, yaml);
        return path;
    }

    private ServiceProvider Services(Dictionary<string, string?> settings)
    {
        settings["Providers:RetryDelay"] = "00:00:00.002";
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection().AddLogging(logging => logging.ClearProviders()).AddProviders(configuration, Path.Combine(_folder, "providers.yaml")).BuildServiceProvider();
    }
}
