using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Runs.Landings;
using Orchestrator.Agent.Secrets;
using Orchestrator.Agent.Workspaces;
using Orchestrator.CodeHosts.AzureRepos;
using Orchestrator.Testing.AzureRepos;

namespace Orchestrator.CodeHosts.Tests;

/// <summary>Where Azure Repos is, and as whom it is asked.</summary>
public sealed class AzureReposSettingsTests
{
    private const string Service = "https://dev.azure.com";
    private const string Server = "https://devops.example.com:8443/tfs";

    [Theory]
    [InlineData(Service, "https://dev.azure.com/acme/shop/_git/app", "https://dev.azure.com/acme", "shop", "app")]
    [InlineData(Service, "https://acme@dev.azure.com/acme/shop/_git/app", "https://dev.azure.com/acme", "shop", "app")]
    [InlineData(Service, "https://dev.azure.com/acme/Pay%20ments/_git/my%20app", "https://dev.azure.com/acme", "Pay ments", "my app")]
    [InlineData(Service, "https://dev.azure.com/acme/_git/app", "https://dev.azure.com/acme", "app", "app")]
    [InlineData(Service, "https://acme.visualstudio.com/shop/_git/app", "https://dev.azure.com/acme", "shop", "app")]
    [InlineData(Service, "https://acme.visualstudio.com/DefaultCollection/shop/_git/app", "https://dev.azure.com/acme", "shop", "app")]
    [InlineData(Service, "https://acme.visualstudio.com/_git/app", "https://dev.azure.com/acme", "app", "app")]
    [InlineData(Service, "git@ssh.dev.azure.com:v3/acme/Pay%20ments/app", "https://dev.azure.com/acme", "Pay ments", "app")]
    [InlineData(Service, "ssh://git@ssh.dev.azure.com/v3/acme/shop/app", "https://dev.azure.com/acme", "shop", "app")]
    [InlineData(Service, "acme@vs-ssh.visualstudio.com:v3/acme/shop/app", "https://dev.azure.com/acme", "shop", "app")]
    [InlineData(Server, "https://devops.example.com:8443/tfs/Default/shop/_git/app", "https://devops.example.com:8443/tfs/Default", "shop", "app")]
    [InlineData(Server, "https://devops.example.com:8443/tfs/Default/_git/app", "https://devops.example.com:8443/tfs/Default", "app", "app")]
    [InlineData(Server, "ssh://devops.example.com:22/tfs/Default/shop/_git/app", "https://devops.example.com:8443/tfs/Default", "shop", "app")]
    [InlineData("https://devops.example.com", "https://devops.example.com/Default/shop/_git/app", "https://devops.example.com/Default", "shop", "app")]
    public void Repository_IsKnownByItsAddress(string url, string remote, string collection, string project, string name) =>
        Assert.Equal(new AzureRepository(collection, project, name), Find(url, remote));

    [Theory]
    [InlineData(Service, "https://dev.azure.com/acme/shop/app")]
    [InlineData(Service, "https://dev.azure.com/acme/shop/_git/app/more")]
    [InlineData(Service, "https://dev.azure.com.evil.org/acme/shop/_git/app")]
    [InlineData(Service, "https://evil.org.visualstudio.com/shop/_git/app")]
    [InlineData(Service, "https://evilvisualstudio.com/shop/_git/app")]
    [InlineData(Service, "git@ssh.dev.azure.com:v3/acme/../app")]
    [InlineData(Service, "git@dev.azure.com:acme/shop/_git/app")]
    [InlineData(Service, "https://github.com/acme/app")]
    [InlineData(Service, "/srv/acme/shop/_git/app")]
    [InlineData(Server, "https://devops.example.com/tfs/Default/shop/_git/app")]
    [InlineData(Server, "https://devops.example.com:8443/other/Default/shop/_git/app")]
    [InlineData(Server, "https://dev.azure.com/acme/shop/_git/app")]
    public void AddressOfSomethingElse_IsNotServed(string url, string remote) => Assert.Null(Find(url, remote));

    [Theory]
    [InlineData("http://devops.example.com", "AZURE_DEVOPS_TOKEN", false, "must be an address as in https://devops.example.com/tfs")]
    [InlineData("https://dev.azure.com/acme", "AZURE_DEVOPS_TOKEN", false, "must be without an organization")]
    [InlineData("https://devops.example.com", "AZURE_DEVOPS_TOKEN", true, "an identity is shown to dev.azure.com alone")]
    [InlineData("https://dev.azure.com", "a secret itself", false, "TokenEnv is the name of an environment variable")]
    public void WrongSettings_AreNamedAndNotShown(string url, string env, bool showsIdentity, string fault)
    {
        ValidateOptionsResult result = new AzureReposOptionsValidator().Validate(null, new AzureReposOptions { Url = new Uri(url), TokenEnv = env, ShowsIdentity = showsIdentity });

        Assert.Contains(fault, result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_AreRight() => Assert.True(new AzureReposOptionsValidator().Validate(null, new AzureReposOptions()).Succeeded);

    [Fact]
    public void MissingToken_IsSaid() => Assert.StartsWith(
        "AZURE_DEVOPS_TOKEN is not set; set it to a token, or say under CodeHosts:AzureRepos",
        new AzureReposTokens(Options.Create(new AzureReposOptions()), new SecretVariables(_ => null)).FindFault(),
        StringComparison.Ordinal);

    /// <summary>The API is shown an identity's token as a bearer, git as a password; it is struck out of texts from then on.</summary>
    [Fact]
    public async Task Identity_IsShownInPlaceOfAToken()
    {
        const string shown = "a-token-of-the-identity";
        using var repository = new BareRepository("orchestrator/r1");
        await using FakeAzureRepos azure = await FakeAzureRepos.StartAsync(repository.Path);
        (azure.Token, azure.IdentityToken) = (null, shown);
        IOptions<AzureReposOptions> options = Options.Create(new AzureReposOptions { Url = azure.Url, ShowsIdentity = true });
        var tokens = new AzureReposTokens(options, new SecretVariables(_ => null)) { Identity = new ScriptedIdentity(shown) };
        using var wire = new AzureReposWire(options, tokens, TimeProvider.System);
        var host = new AzureReposHost(options, tokens, wire);
        RemoteAddress remote = RemoteAddress.Parse(azure.Remote, "/");

        await host.EnsureAsync(remote, BareRepository.Draft("orchestrator/r1", "body"), CancellationToken.None);
        RemoteCredential credential = await host.FindCredentialAsync(remote, CancellationToken.None);

        Assert.Equal((null, "127.0.0.1, with the identity of this process"), (host.Fault, host.Describe()));
        Assert.Equal((shown, 1), (credential.Token, azure.Pulls.Count));
        Assert.Contains(tokens.Read(), secret => secret.Value == shown);
    }

    [Fact]
    public async Task ProcessWithoutIdentity_IsSaid()
    {
        IOptions<AzureReposOptions> options = Options.Create(new AzureReposOptions { ShowsIdentity = true });
        var tokens = new AzureReposTokens(options, new SecretVariables(_ => null)) { Identity = new ScriptedIdentity(token: null) };

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => tokens.FindAsync(CancellationToken.None));

        Assert.Equal("Azure Repos: CodeHosts:AzureRepos:ShowsIdentity: this process has no identity to show: nobody is signed in", refused.Message);
    }

    private static AzureRepository? Find(string url, string remote) => AzureRepository.Find(new AzureReposOptions { Url = new Uri(url) }, RemoteAddress.Parse(remote, "/"));

    /// <summary>Gets a token for Azure DevOps, and for nothing else.</summary>
    private sealed class ScriptedIdentity(string? token) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Assert.Equal(["499b84ac-1321-427f-aa17-267ca6975798/.default"], requestContext.Scopes);
            return token is null ? throw new CredentialUnavailableException("nobody is signed in") : ValueTask.FromResult(new AccessToken(token, DateTimeOffset.MaxValue));
        }
    }
}
