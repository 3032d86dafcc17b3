using Orchestrator.Agent.Tasks;
using Orchestrator.Agent.Workspaces;

namespace Orchestrator.Agent.Tests.Workspaces;

public sealed class RemoteAddressTests
{
    [Theory]
    [InlineData("https://git.example.org/acme/app.git", "https", "git.example.org", "acme/app")]
    [InlineData("https://git.example.org:8443/acme/app", "https", "git.example.org:8443", "acme/app")]
    [InlineData("http://127.0.0.1:3000/acme/app.git", "http", "127.0.0.1:3000", "acme/app")]
    [InlineData("ssh://git@git.example.org:2222/acme/app.git", "ssh", "git.example.org", "acme/app")]
    [InlineData("git@Git.Example.org:acme/app.git", "ssh", "git.example.org", "acme/app")]
    [InlineData("file:///srv/app.git", "file", null, "/srv/app.git")]
    [InlineData("../app.git", "file", null, "/srv/app.git")]
    public void Address_IsTakenApart(string text, string protocol, string? host, string path)
    {
        RemoteAddress address = RemoteAddress.Parse(text, "/srv/source");

        Assert.Equal((protocol, host, path), (address.Protocol, address.Host, address.Path));
    }

    /// <summary>Azure Repos writes the organization before the host, too.</summary>
    [Fact]
    public void OwnerBeforeTheHost_IsLeftOut() => Assert.Equal(
        new RemoteAddress("https://dev.azure.com/acme/Pay%20ments/_git/app", "https", "dev.azure.com", "acme/Pay%20ments/_git/app"),
        RemoteAddress.Parse("https://acme@dev.azure.com/acme/Pay%20ments/_git/app", "/"));

    /// <summary>What git would run, send unprotected, or take for an option.</summary>
    [Theory]
    [InlineData("ext::sh -c id")]
    [InlineData("--upload-pack=id")]
    [InlineData("-oProxyCommand=id@host:path")]
    [InlineData("git://git.example.org/app")]
    [InlineData("http://git.example.org/app")]
    [InlineData("https://git.example.org/")]
    [InlineData("ftp://git.example.org/app")]
    [InlineData("file://host/app")]
    [InlineData("https://git.example.org/app\n")]
    public void AddressThatIsNotServed_IsRefused(string text) => Assert.Throws<TaskFileException>(() => RemoteAddress.Parse(text, "/"));

    [Theory]
    [InlineData("https://anna:s3cretpassword@git.example.org/app")]
    [InlineData("https://s3cretpassword@git.example.org/app")]
    [InlineData("ssh://git:s3cretpassword@git.example.org/app")]
    public void PasswordInAnAddress_IsRefusedAndNotShown(string text)
    {
        TaskFileException refused = Assert.Throws<TaskFileException>(() => RemoteAddress.Parse(text, "/"));

        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
        Assert.Contains("the address of git.example.org holds a name or a password", refused.Message, StringComparison.Ordinal);
    }
}
