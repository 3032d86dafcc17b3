using Orchestrator.Server.Guards;

namespace Orchestrator.Server.Tests.Guards;

public sealed class SecurityHeadersTests
{
    [Theory]
    [InlineData("GET", "/healthz")]
    [InlineData("GET", "/readyz")]
    [InlineData("GET", "/signin")]
    [InlineData("POST", "/signin")]
    [InlineData("GET", "/api/v1/caller")]
    [InlineData("PUT", "/api/v1/caller")]
    [InlineData("GET", "/nowhere")]
    public async Task EveryAnswer_HasThem(string method, string path)
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient anonymous = rig.Anonymous();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using HttpResponseMessage response = await anonymous.SendAsync(request);

        Assert.Equal(SecurityHeaders.ContentPolicy, Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.DoesNotContain("unsafe", SecurityHeaders.ContentPolicy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.False(response.Headers.Contains("Server"));
    }
}
