using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Intake;
using Orchestrator.Agent.Intake.Comments;
using Orchestrator.Agent.Intake.Transitions;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.CodeHosts.AzureRepos;
using Orchestrator.CodeHosts.GitHub;

namespace Orchestrator.CodeHosts;

/// <summary>The hosts on which runs open pull requests, and whose tickets are told of them.</summary>
public static class CodeHostsServiceCollectionExtensions
{
    public static IServiceCollection AddCodeHosts(this IServiceCollection services) => services
        .AddSingleton<IValidateOptions<GitHubOptions>, GitHubOptionsValidator>()
        .AddSingleton<AppKey>()
        .AddSingleton<GitHubWire>()
        .AddSingleton<GitHubTokens>()
        .AddSingleton<ISecretSource>(services => services.GetRequiredService<GitHubTokens>())
        .AddSingleton<ICodeHost, GitHubHost>()
        .AddSingleton<IValidateOptions<AzureReposOptions>, AzureReposOptionsValidator>()
        .AddSingleton<AzureReposTokens>()
        .AddSingleton<ISecretSource>(services => services.GetRequiredService<AzureReposTokens>())
        .AddSingleton<AzureReposWire>()
        .AddSingleton<ICodeHost, AzureReposHost>()
        .AddSingleton<GitHubIssues>()
        .AddSingleton<ITicketReader, GitHubReader>()
        .AddSingleton<ITicketWriter, GitHubComments>()
        .AddSingleton<ITicketMover, GitHubLabels>();
}
