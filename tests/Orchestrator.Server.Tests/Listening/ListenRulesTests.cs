using Orchestrator.Server.Listening;
using Orchestrator.Server.OpenIdConnect;
using Orchestrator.Server.Tokens;

namespace Orchestrator.Server.Tests.Listening;

public sealed class ListenRulesTests
{
    [Theory]
    [InlineData("http://127.0.0.1:4080", null)]
    [InlineData("http://localhost:4080;http://[::1]:4081", null)]
    [InlineData("http://0.0.0.0:4080", "Server:Tokens")]
    [InlineData("https://192.0.2.1:4080", "Server:Tokens")]
    [InlineData("http://127.0.0.1:4080;http://[::]:4080", "Server:Tokens")]
    public void NobodyIsKnown_ListensOnLoopbackOnly(string urls, string? named) => Check(urls, new ServerOptions(), named);

    [Theory]
    [InlineData("http://0.0.0.0:4080", false, "Server:AllowHttp")]
    [InlineData("http://0.0.0.0:4080", true, null)]
    [InlineData("https://0.0.0.0:4080", false, "Server:Certificate")]
    public void BeyondLoopback_NeedsTls(string urls, bool allowsHttp, string? named)
    {
        Check(urls, new ServerOptions { Tokens = [new TokenEntry()], AllowHttp = allowsHttp }, named);
        Check(urls, new ServerOptions { OpenIdConnect = new OpenIdConnectSettings(), AllowHttp = allowsHttp }, named);
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:4080")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("http://example.com:80")]
    [InlineData("http://127.0.0.1:4080/path")]
    public void NoAddress_IsAFault(string urls) => Assert.Throws<FormatException>(() => ListenAddress.ReadAll(urls));

    private static void Check(string urls, ServerOptions options, string? named)
    {
        string? fault = ListenRules.FaultOf(ListenAddress.ReadAll(urls), options);

        Assert.Equal(named is null, fault is null);
        Assert.Contains(named ?? string.Empty, fault ?? string.Empty, StringComparison.Ordinal);
    }
}
