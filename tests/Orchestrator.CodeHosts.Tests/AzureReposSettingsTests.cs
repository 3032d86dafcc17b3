using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
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
    private const string Branch = "orchestrator/r1";

    private readonly FakeTimeProvider _time = new();

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
    [InlineData("https://somebody:a-secret@devops.example.com", "AZURE_DEVOPS_TOKEN", false, "must be an address as in https://devops.example.com/tfs")]
    [InlineData("https://a-secret@dev.azure.com/acme", "AZURE_DEVOPS_TOKEN", false, "must be an address as in https://devops.example.com/tfs")]
    [InlineData("https://devops.example.com/?pat=a-secret", "AZURE_DEVOPS_TOKEN", false, "must be an address as in https://devops.example.com/tfs")]
    [InlineData("https://devops.example.com/#a-secret", "AZURE_DEVOPS_TOKEN", false, "must be an address as in https://devops.example.com/tfs")]
    [InlineData("https://acme.visualstudio.com", "AZURE_DEVOPS_TOKEN", false, "'https://acme.visualstudio.com/' must be https://dev.azure.com")]
    [InlineData("https://dev.azure.com/acme", "AZURE_DEVOPS_TOKEN", false, "must be without an organization")]
    [InlineData("https://devops.example.com", "AZURE_DEVOPS_TOKEN", true, "an identity is shown to dev.azure.com alone")]
    [InlineData("https://dev.azure.com", "a secret itself", false, "TokenEnv is the name of an environment variable")]
    public void WrongSettings_AreNamedAndNotShown(string url, string env, bool showsIdentity, string fault)
    {
        ValidateOptionsResult result = new AzureReposOptionsValidator().Validate(null, new AzureReposOptions { Url = new Uri(url), TokenEnv = env, ShowsIdentity = showsIdentity });

        Assert.Contains(fault, result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotMatch("a.secret", result.FailureMessage);
    }

    [Fact]
    public void Defaults_AreRight() => Assert.True(new AzureReposOptionsValidator().Validate(null, new AzureReposOptions()).Succeeded);

    [Fact]
    public void MissingToken_IsSaid() => Assert.StartsWith(
        "AZURE_DEVOPS_TOKEN is not set; set it to a token, or say under CodeHosts:AzureRepos",
        new AzureReposTokens(Options.Create(new AzureReposOptions()), new SecretVariables(_ => null), _time).FindFault(),
        StringComparison.Ordinal);

    /// <summary>The API is shown an identity's token as a bearer, git as a password; it is struck out of texts from then on.</summary>
    [Fact]
    public async Task Identity_IsShownInPlaceOfAToken()
    {
        const string shown = "a-token-of-the-identity";
        using var repository = new BareRepository(Branch);
        await using FakeAzureRepos azure = await FakeAzureRepos.StartAsync(repository.Path);
        (azure.Token, azure.IdentityToken) = (null, shown);
        AzureReposTokens tokens = TokensOf(azure.Url, () => new ScriptedIdentity(() => new AccessToken(shown, DateTimeOffset.MaxValue)));
        using AzureReposWire wire = WireOf(azure, tokens);
        AzureReposHost host = HostOf(azure, tokens, wire);
        RemoteAddress remote = RemoteAddress.Parse(azure.Remote, "/");

        await host.EnsureAsync(remote, BareRepository.Draft(Branch, "body"), CancellationToken.None);
        RemoteCredential credential = await host.FindCredentialAsync(remote, CancellationToken.None);

        Assert.Equal((null, "127.0.0.1, with the identity of this process"), (host.Fault, host.Describe()));
        Assert.Equal((shown, 1), (credential.Token, azure.Pulls.Count));
        Assert.Contains(tokens.Read(), secret => secret.Value == shown);
    }

    /// <summary>It is asked for another shortly before the end of one, which is struck out of texts for as long as it counts.</summary>
    [Fact]
    public async Task TokenOfAnIdentity_IsRenewedBeforeItsEnd()
    {
        int asked = 0;
        AzureReposTokens tokens = TokensOf(new Uri(Service), () => new ScriptedIdentity(() => new AccessToken($"token-of-the-identity-{++asked}", _time.GetUtcNow().AddHours(1))));

        List<string> found = [];
        List<string> hidden = [];
        foreach (int minutes in (int[])[0, 50, 6, 10, 46])
        {
            _time.Advance(TimeSpan.FromMinutes(minutes));
            found.Add(await tokens.FindAsync(CancellationToken.None));
            hidden.Add(string.Concat(tokens.Read().Select(secret => secret.Value[^1]).Order()));
        }

        Assert.Equal(("1 1 2 2 3", "1 1 12 12 23"), (string.Join(' ', found.Select(token => token[^1])), string.Join(' ', hidden)));
    }

    /// <summary>An identity keeps its token until the end of that: another is only to be had by finding out anew who this process is.</summary>
    [Fact]
    public async Task TokenOfAnIdentityThatIsRefused_IsDroppedForAnother()
    {
        int known = 0;
        using var repository = new BareRepository(Branch);
        await using FakeAzureRepos azure = await FakeAzureRepos.StartAsync(repository.Path);
        (azure.Token, azure.IdentityToken) = (null, "token-of-the-identity-2");
        AzureReposTokens tokens = TokensOf(azure.Url, () =>
        {
            var shown = new AccessToken($"token-of-the-identity-{++known}", DateTimeOffset.MaxValue);
            return new ScriptedIdentity(() => shown);
        });
        using AzureReposWire wire = WireOf(azure, tokens);
        AzureReposHost host = HostOf(azure, tokens, wire);
        RemoteAddress remote = RemoteAddress.Parse(azure.Remote, "/");

        await host.EnsureAsync(remote, BareRepository.Draft(Branch, "body"), CancellationToken.None);
        RemoteCredential second = await host.FindCredentialAsync(remote, CancellationToken.None);
        host.Drop(remote, second);
        RemoteCredential third = await host.FindCredentialAsync(remote, CancellationToken.None);
        host.Drop(remote, second);
        RemoteCredential same = await host.FindCredentialAsync(remote, CancellationToken.None);

        Assert.Single(azure.Pulls);
        Assert.Equal(("token-of-the-identity-2", "token-of-the-identity-3", "token-of-the-identity-3"), (second.Token, third.Token, same.Token));
        Assert.Equal(3, tokens.Read().Count());
    }

    [Fact]
    public async Task ProcessWithoutIdentity_IsSaid()
    {
        AzureReposTokens tokens = TokensOf(new Uri(Service), () => new ScriptedIdentity(() => throw new CredentialUnavailableException("nobody is signed in")));

        CodeHostException refused = await Assert.ThrowsAsync<CodeHostException>(() => tokens.FindAsync(CancellationToken.None));

        Assert.Equal("Azure Repos: CodeHosts:AzureRepos:ShowsIdentity: this process has no identity to show: nobody is signed in", refused.Message);
    }

    /// <summary>Whoever gives tokens may be away for a while: it is asked again later.</summary>
    [Fact]
    public async Task IdentityThatGetsNoTokenNow_IsAskedAgain()
    {
        Queue<Func<AccessToken>> answers = new([() => throw new AuthenticationFailedException("the service is away"), () => new AccessToken("a-token-of-the-identity", DateTimeOffset.MaxValue)]);
        AzureReposTokens tokens = TokensOf(new Uri(Service), () => new ScriptedIdentity(() => answers.Dequeue()()));

        IOException away = await Assert.ThrowsAsync<IOException>(() => tokens.FindAsync(CancellationToken.None));
        string found = await tokens.FindAsync(CancellationToken.None);

        Assert.EndsWith("the identity of this process gets no token now: the service is away", away.Message, StringComparison.Ordinal);
        Assert.Equal("a-token-of-the-identity", found);
    }

    private AzureReposTokens TokensOf(Uri url, Func<TokenCredential> identify) =>
        new(Options.Create(new AzureReposOptions { Url = url, ShowsIdentity = true }), new SecretVariables(_ => null), _time) { Identify = identify };

    private static AzureReposWire WireOf(FakeAzureRepos azure, AzureReposTokens tokens) =>
        new(Options.Create(new AzureReposOptions { Url = azure.Url, ShowsIdentity = true }), tokens, TimeProvider.System);

    private static AzureReposHost HostOf(FakeAzureRepos azure, AzureReposTokens tokens, AzureReposWire wire) =>
        new(Options.Create(new AzureReposOptions { Url = azure.Url, ShowsIdentity = true }), tokens, wire);

    private static AzureRepository? Find(string url, string remote) => AzureRepository.Find(new AzureReposOptions { Url = new Uri(url) }, RemoteAddress.Parse(remote, "/"));

    /// <summary>Gets tokens for Azure DevOps, and for nothing else.</summary>
    private sealed class ScriptedIdentity(Func<AccessToken> get) : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Assert.Equal(["499b84ac-1321-427f-aa17-267ca6975798/.default"], requestContext.Scopes);
            return ValueTask.FromResult(get());
        }
    }
}
