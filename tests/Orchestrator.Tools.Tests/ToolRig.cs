using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Tests.Recall;

namespace Orchestrator.Tools.Tests;

/// <summary>A workspace in a temporary folder with the real tools on it.</summary>
internal sealed class ToolRig : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly bool _ownsRoot;

    public ToolRig(params (string Key, string Value)[] settings)
        : this(Directory.CreateTempSubdirectory("tools-test-").FullName, settings) => _ownsRoot = true;

    /// <summary>On the folder of another rig, which goes on to own it.</summary>
    public ToolRig(string root, params (string Key, string Value)[] settings)
    {
        Root = root;
        Workspace = new() { Tree = Folder("tree"), Shell = Folder("shell"), Git = Folder("git"), Snapshots = Folder("snapshots") };
        Effects = Folder("effects");
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, string? (setting) => setting.Value))
            .Build();
        _services = new ServiceCollection().AddLogging().AddSingleton(configuration).AddSingleton<ITranscriptStore>(Transcript)
            .AddSingleton<Redactor>().AddTools().BuildServiceProvider();
    }

    public string Root { get; }

    public string Effects { get; }

    /// <summary>What calls may change of the workspace.</summary>
    public PathScope Scope { get; set; } = PathScope.Everything;

    public Workspace Workspace { get; }

    public ISandbox Sandbox => _services.GetRequiredService<ISandbox>();

    public ICommandRunner Commands => _services.GetRequiredService<ICommandRunner>();

    public IWorkspaceSnapshots Snapshots => _services.GetRequiredService<IWorkspaceSnapshots>();

    public ITool Bash => Tool("bash");

    public ITool Session => Tool("bash_session");

    public ITool Computer => Tool("computer");

    public ITool Plan => Tool("update_plan");

    public ITool Recall => Tool("recall");

    /// <summary>Servers of tools, as the settings have them.</summary>
    public IToolServers Servers => _services.GetRequiredService<IToolServers>();

    public ITool Search => Tool("search_files");

    /// <summary>What was said in the run so far.</summary>
    public ToldTranscript Transcript { get; } = new();

    public ITool Editor => Tool("str_replace_based_edit_tool");

    public ITool Patch => Tool("apply_patch");

    public string FileInTree(string name) => Path.Combine(Workspace.Tree, name);

    public CommandFolder EffectFolder(string effect) => new(Path.Combine(Effects, effect));

    public SandboxedCommand Command(string script, string effect = "effect") => new()
    {
        Folder = EffectFolder(effect).Path,
        Script = script,
        Workspace = Workspace,
        Timeout = TimeSpan.FromSeconds(60),
        FollowFor = TimeSpan.FromSeconds(60),
    };

    public async Task<ToolResult> RunAsync(string script, string effect = "effect") =>
        Assert.IsType<ToolOutcome.Finished>(await Commands.RunAsync(Command(script, effect), CancellationToken.None)).Result;

    public async Task<string> OutputAsync(string script, string effect = "effect") => Text(await RunAsync(script, effect));

    public Task<ToolOutcome> CallAsync(ITool tool, string arguments, int call = 1, TimeSpan? follow = null) => tool.RunAsync(
        new ToolInvocation
        {
            Effect = new EffectId("run", 1, call),
            Arguments = arguments,
            Workspace = Workspace,
            Scope = Scope,
            EffectFolder = EffectFolder($"call-{call}").Path,
            FollowFor = follow ?? TimeSpan.FromSeconds(60),
        },
        CancellationToken.None);

    public async Task<ToolResult> BashAsync(string command, int call) =>
        Assert.IsType<ToolOutcome.Finished>(await CallAsync(Bash, JsonSerializer.Serialize(new { command }), call)).Result;

    public async Task<ToolResult> EditAsync(object arguments, int call) =>
        Assert.IsType<ToolOutcome.Finished>(await CallAsync(Editor, JsonSerializer.Serialize(arguments), call)).Result;

    public async Task<ToolResult> PatchAsync(string input, int call = 1) =>
        Assert.IsType<ToolOutcome.Finished>(await CallAsync(Patch, JsonSerializer.Serialize(new { input }), call)).Result;

    /// <summary>Starts this assembly as a worker of its own that follows the command.</summary>
    public Process StartWorker(string script, string effect)
    {
        IReadOnlyList<string> line = WorkerCommandLine(script, effect);
        return Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardOutput = true })!;
    }

    /// <summary>Starts this assembly as a worker of its own that applies a patch.</summary>
    public Process StartPatching(string input, int call)
    {
        IReadOnlyList<string> line = CommandLine(Root, "patch", call.ToString(CultureInfo.InvariantCulture), input);
        return Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardOutput = true })!;
    }

    /// <summary>Starts this assembly as a worker of its own that acts on the screen.</summary>
    public Process StartActing(string arguments, int call)
    {
        IReadOnlyList<string> line = CommandLine(Root, "computer", call.ToString(CultureInfo.InvariantCulture), arguments);
        return Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardOutput = true })!;
    }

    public IReadOnlyList<string> WorkerCommandLine(string script, string effect) => CommandLine(Root, effect, script);

    private static IReadOnlyList<string> CommandLine(params IEnumerable<string> arguments) =>
    [
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet")),
        Path.Combine(AppContext.BaseDirectory, "Orchestrator.Tools.Tests.dll"), .. arguments,
    ];

    public static string Text(ToolResult result) => Encoding.UTF8.GetString(result.Output.Span);

    public void Dispose()
    {
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (_ownsRoot)
        {
            // Names that are no text can't be deleted from here.
            using Process remove = Process.Start("rm", ["-rf", "--", Root]);
            remove.WaitForExit();
        }
    }

    private ITool Tool(string name) => _services.GetServices<ITool>().Single(tool => tool.Definition.Name == name);

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
}
