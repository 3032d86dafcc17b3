using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Tasks;
using Orchestrator.CodeHosts;
using Orchestrator.CodeHosts.GitHub;
using Orchestrator.Testing.GitHub;

namespace Orchestrator.Agent.Tests.Runs.Landings;

/// <summary>A strict GitHub of our own that has what the source has, and agents that land there.</summary>
internal sealed class PullRequestRig : IAsyncDisposable
{
    public const string Token = "ghp_aTokenThatOnlyTheTestKnows0000000001";

    private readonly TemporaryFolder _folder = new();
    private FakeGitHub? _github;

    public GitHubAccess Access { get; } = new GitHubAccess(TimeProvider.System).With(Token);

    public FakeGitHub GitHub => _github ?? throw new InvalidOperationException("It has not begun.");

    public async ValueTask DisposeAsync()
    {
        await (_github?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Dispose();
    }

    /// <param name="model">What the model says.</param>
    /// <param name="asApp">It asks as an App, else with a token.</param>
    /// <param name="hubTime">The clock of durable timers; the machine's if left out.</param>
    /// <param name="change">Puts something between the agent and what it works with.</param>
    /// <param name="test">Names the histories.</param>
    public async Task<RunRig> StartAsync(
        ScriptedModel model, bool asApp = false, TimeProvider? hubTime = null, Action<IServiceCollection>? change = null, [CallerMemberName] string test = "")
    {
        string bare = CreateBare(_folder);
        _github = await FakeGitHub.StartAsync(bare, Access);
        RunRig rig = await RunRig.StartAsync(
            model,
            hubTime: hubTime,
            change: services =>
            {
                services.AddCodeHosts().AddSingleton(new SecretVariables(name => name switch { "GITHUB_TOKEN" => Token, "APP_KEY" => Access.Pem, _ => null }));
                services.Configure<GitHubOptions>(options =>
                {
                    (options.Url, options.ApiUrl) = (_github.Url, _github.Api);
                    (options.AppId, options.AppKeyEnv) = asApp ? (GitHubAccess.AppId, "APP_KEY") : (null, null);
                });
                change?.Invoke(services);
            },
            test: test);
        Connect(rig, bare, _github.Remote);
        return rig;
    }

    /// <summary>What a host is to serve.</summary>
    public static string CreateBare(TemporaryFolder folder)
    {
        string bare = folder.At("app.git");
        GitFolder.Create(folder.At("seed"), ("seed", "seed")).Git("init", "--quiet", "--bare", "--initial-branch=main", bare);
        return bare;
    }

    /// <summary>The host has what the source has, and the source knows it.</summary>
    public static void Connect(RunRig rig, string bare, string remote)
    {
        rig.Source.Git("push", "--quiet", bare, "main");
        rig.Source.Git("remote", "add", "origin", remote);
    }

    public static AgentTask Asked(AgentTask task) => task with { Land = new LandTerms { Kind = LandKind.PullRequest, Labels = ["agent"] } };

    public static AgentTask Unasked(AgentTask task) => Asked(task) with { Checkpoints = task.Checkpoints with { Landing = LandingCheckpoint.Auto } };
}
