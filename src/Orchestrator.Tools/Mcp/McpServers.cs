using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Tools.Mcp;

/// <summary>The servers that the settings name. To be asked for its tools a program is started in an empty workspace.</summary>
internal sealed class McpServers(McpConnections connections, ISandbox sandbox, Redactor redactor, IOptions<McpOptions> options, TimeProvider time) : IToolServers
{
    private const int LongestDescription = 4000;
    private const int MostTools = 100;

    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, McpServerOptions> _servers = options.Value.Servers;

    public IReadOnlyList<string> Names { get; } = [.. options.Value.Servers.Keys.Order(StringComparer.Ordinal)];

    public ITool Open(ServerTool tool) => new McpTool(tool, connections, options, time);

    public string Describe(string server) => _servers[server] switch
    {
        { Url: { } url } => $"at {url}",
        { Outside: true } terms => $"{terms.Command[0]}, OUTSIDE of the sandbox: it can do what this user can",
        { } terms => $"{terms.Command[0]}, in the sandbox",
    };

    public async Task<IReadOnlyList<ServerTool>> ListAsync(string server, CancellationToken cancellationToken)
    {
        McpServerOptions terms = _servers[server];
        if (terms is { Url: null, Outside: false } && await sandbox.CheckAsync(cancellationToken) is { } missing)
        {
            throw new EnvironmentException(missing);
        }

        IReadOnlyList<Tool> listed = await AskAsync(server, cancellationToken);
        Tool[] allowed = [.. listed.Where(tool => terms.Tools.Count == 0 || terms.Tools.Contains(tool.Name)).OrderBy(tool => tool.Name, StringComparer.Ordinal)];
        string[] named = [.. terms.Tools, .. terms.Classes.Keys.Where(name => name != McpServerOptions.OtherTools)];
        if (named.FirstOrDefault(name => listed.All(tool => tool.Name != name)) is { } absent)
        {
            throw new EnvironmentException(
                $"The server {server} has no tool '{absent}', which settings.json names; it has {string.Join(", ", listed.Select(tool => redactor.Redact(tool.Name)).Order(StringComparer.Ordinal))}.");
        }

        if (allowed.Length > MostTools)
        {
            throw new EnvironmentException($"The server {server} has {allowed.Length} tools, more than {MostTools}; name those that runs need under Mcp:Servers:{server}:Tools in settings.json.");
        }

        IReadOnlyList<string> names = McpNames.Of(server, [.. allowed.Select(tool => tool.Name)]);
        return [.. allowed.Select((tool, index) => new ServerTool(
            names[index], DescriptionOf(tool), redactor.Redact(McpSchema.Of(tool.InputSchema)), server, tool.Name, terms.ClassOf(tool.Name)))];
    }

    private async Task<IReadOnlyList<Tool>> AskAsync(string server, CancellationToken cancellationToken)
    {
        using CancellationTokenSource tooLong = new(LongestLook, time);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        DirectoryInfo empty = Directory.CreateTempSubdirectory("mcp-");
        try
        {
            Workspace workspace = new() { Tree = empty.FullName, Shell = empty.FullName, Git = empty.FullName, Snapshots = empty.FullName };
            await using McpConnection connection = await connections.OpenAsync(server, workspace, end.Token);
            return await connection.ListAsync(end.Token);
        }
        catch (McpServerException failure)
        {
            throw new EnvironmentException($"The server {server} ({Describe(server)}) can't be asked for its tools: {redactor.Redact(failure.Message)}");
        }
        catch (OperationCanceledException) when (tooLong.IsCancellationRequested)
        {
            throw new EnvironmentException($"The server {server} ({Describe(server)}) did not say its tools within {LongestLook.TotalSeconds:0} s.");
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    private string DescriptionOf(Tool tool)
    {
        string text = redactor.Redact((tool.Description ?? tool.Title ?? string.Empty).Trim());
        int cut = text.Length > LongestDescription && char.IsHighSurrogate(text[LongestDescription - 1]) ? LongestDescription - 1 : LongestDescription;
        return text.Length <= LongestDescription ? text : $"{text.AsSpan(0, cut)}…";
    }
}
