using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Tools;
using Orchestrator.Providers.Scripted;

namespace Orchestrator.Providers.Tests.Scripted;

/// <summary>
/// A script that is served over loopback, and the product's own client of it: the declared models <c>responses/m</c>,
/// <c>messages/m</c> and <c>chat/m</c> are its three dialects.
/// </summary>
internal sealed class ServedScript : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ScriptedEndpoint _endpoint;
    private readonly ServiceProvider _services;
    private readonly HttpClient _http = new();

    private ServedScript(DirectoryInfo folder, ScriptedEndpoint endpoint, ServiceProvider services)
    {
        _folder = folder;
        _endpoint = endpoint;
        _services = services;
    }

    /// <summary>Models at the same addresses that are told of tools in the vendors' own forms; <c>custom/m</c> of the patch tool as free text.</summary>
    public static string[] NativeModels => ["native-responses/m", "native-messages/m", "custom/m"];

    public static string[] Models => ["responses/m", "messages/m", "chat/m"];

    /// <summary>What <see cref="SendAsync"/> names as the version of the Messages dialect; null for nothing.</summary>
    public string? Version { get; set; } = "2023-06-01";

    /// <summary>What it names as the previews of that dialect; null for nothing.</summary>
    public string? Preview { get; set; }

    /// <param name="yaml">The script.</param>
    /// <param name="clock">The endpoint's; the client has the system's.</param>
    public static async Task<ServedScript> StartAsync(string yaml, TimeProvider? clock = null)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("script-");
        string script = Path.Combine(folder.FullName, "script.yaml");
        await File.WriteAllTextAsync(script, yaml);
        ScriptedEndpoint endpoint = await ScriptedEndpoint.StartAsync(
            script, new IPEndPoint(IPAddress.Loopback, 0), clock ?? TimeProvider.System, CancellationToken.None);
        string providers = Path.Combine(folder.FullName, "providers.yaml");
        await File.WriteAllTextAsync(providers, string.Concat(Models.Concat(NativeModels).Select(model => Declaration(model.Split('/')[0], endpoint.BaseUrl))));
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Providers:RetryDelay"] = "00:00:00.002",
            ["Providers:FirstByteTimeout"] = "00:00:01",
            ["Providers:IdleTimeout"] = "00:00:01",
        }).Build();
        return new ServedScript(
            folder,
            endpoint,
            new ServiceCollection().AddLogging(logging => logging.ClearProviders()).AddProviders(configuration, providers).BuildServiceProvider());
    }

    public Task<ModelReply> AskAsync(string model, params IEnumerable<PromptItem> prompt) => AskAsync(model, [Asking.Bash], prompt);

    public Task<ModelReply> AskAsync(string model, IReadOnlyList<ToolDefinition> tools, params IEnumerable<PromptItem> prompt) =>
        _services.GetRequiredService<IModelClient>().AskAsync(Asking.Request([.. prompt]) with { Model = model, Tools = tools }, CancellationToken.None);

    /// <summary>What a prompt goes on with after a reply: its items, and an output for each of its calls.</summary>
    public IEnumerable<PromptItem> Continued(string model, ModelReply reply, string output)
    {
        Origin origin = _services.GetRequiredService<IModelCatalogue>().Resolve(model).Origin;
        return
        [
            .. reply.Items.Select(item => new PromptItem.ProviderItem(item, origin)),
            .. reply.Calls.Select(call => new PromptItem.CallOutput(call.CallId, output)),
        ];
    }

    /// <summary>Sends a request that no client of the product's sends.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using HttpRequestMessage request = new(method, $"{_endpoint.BaseUrl}/{path}");
        if (Version is { } version)
        {
            request.Headers.Add("anthropic-version", version);
        }

        if (Preview is { } preview)
        {
            request.Headers.Add("anthropic-beta", preview);
        }

        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using HttpResponseMessage response = await _http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public Task<string> StreamAsync(string path) => _http.GetStringAsync($"{_endpoint.BaseUrl}/{path}");

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _services.DisposeAsync();
        await _endpoint.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string Declaration(string name, Uri baseUrl)
    {
        (string dialect, string capabilities) = name switch
        {
            "native-responses" => ("responses", "applyPatch: native, bash: native, computer: native"),
            "native-messages" => ("messages", "bash: native, textEditor: native, computer: native, compaction: true"),
            "custom" => ("responses", "applyPatch: custom"),
            "responses" => (name, "compaction: true"),
            _ => (name, ""),
        };
        return $$"""
            - name: {{name}}
              dialect: {{dialect}}
              baseUrl: {{baseUrl}}
              models: [{ id: m, window: 100000{{(capabilities.Length > 0 ? $", capabilities: {{ {capabilities} }}" : "")}} }]

            """;
    }
}
