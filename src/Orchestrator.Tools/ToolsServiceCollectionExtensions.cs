using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Tools.ApplyPatch;
using Orchestrator.Tools.Bash;
using Orchestrator.Tools.Computer;
using Orchestrator.Tools.FileSearch;
using Orchestrator.Tools.Mcp;
using Orchestrator.Tools.Planning;
using Orchestrator.Tools.Recall;
using Orchestrator.Tools.Sandbox;
using Orchestrator.Tools.Snapshots;
using Orchestrator.Tools.Supervision;
using Orchestrator.Tools.TextEditor;

namespace Orchestrator.Tools;

/// <summary>Adds the tools, the sandbox and the supervision of commands.</summary>
public static class ToolsServiceCollectionExtensions
{
    public static IServiceCollection AddTools(this IServiceCollection services)
    {
        services.AddOptions<SandboxOptions>().BindConfiguration(SandboxOptions.Section).ValidateOnStart();
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateOnStart();
        services.AddOptions<SupervisionOptions>().BindConfiguration(SupervisionOptions.Section).ValidateOnStart();
        services.AddOptions<BashOptions>().BindConfiguration(BashOptions.Section).ValidateOnStart();
        services.AddOptions<TextEditorOptions>().BindConfiguration(TextEditorOptions.Section).ValidateOnStart();
        services.AddOptions<FileSearchOptions>().BindConfiguration(FileSearchOptions.Section).ValidateOnStart();
        services.AddOptions<SnapshotOptions>().BindConfiguration(SnapshotOptions.Section).ValidateOnStart();
        services.AddOptions<McpOptions>().BindConfiguration(McpOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SandboxOptions>, SandboxOptionsValidator>();
        services.AddSingleton<IValidateOptions<SandboxOptions>, ToolchainsValidator>();
        services.AddSingleton<IValidateOptions<SandboxOptions>, SharedCachesValidator>();
        services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>();
        services.AddSingleton<IValidateOptions<SupervisionOptions>, SupervisionOptionsValidator>();
        services.AddSingleton<IValidateOptions<BashOptions>, BashOptionsValidator>();
        services.AddSingleton<IValidateOptions<TextEditorOptions>, TextEditorOptionsValidator>();
        services.AddSingleton<IValidateOptions<FileSearchOptions>, FileSearchOptionsValidator>();
        services.AddSingleton<IValidateOptions<McpOptions>, McpOptionsValidator>();
        services.AddSingleton<IValidateOptions<SnapshotOptions>, SnapshotOptionsValidator>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SandboxProfile>();
        services.AddSingleton<LauncherThread>();
        services.AddSingleton<LimitCheck>();
        services.AddSingleton<ISandbox, BubblewrapSandbox>();
        services.AddSingleton<CommandPreparation>();
        services.AddSingleton<CommandStarts>();
        services.AddSingleton<CommandRunner>();
        services.AddSingleton<ICommandRunner>(provider => provider.GetRequiredService<CommandRunner>());
        services.AddSingleton<WorkspaceFiles>();
        services.AddSingleton<WorkspaceSearch>();
        services.AddSingleton<IWorkspaceSnapshots, WorkspaceSnapshots>();
        services.AddSingleton<McpLauncher>();
        services.AddSingleton<McpConnections>();
        services.AddSingleton<IToolServers, McpServers>();
        services.AddSingleton<ITool, ApplyPatchTool>();
        services.AddSingleton<ITool, BashTool>();
        services.AddSingleton<RunDisplay>();
        services.AddSingleton<ITool, ComputerTool>();
        services.AddSingleton<ITool, SessionTool>();
        services.AddSingleton<ITool, SearchTool>();
        services.AddSingleton<ITool, TextEditorTool>();
        services.AddSingleton<ITool, PlanTool>();
        services.AddSingleton<ITool, RecallTool>();
        return services;
    }
}
