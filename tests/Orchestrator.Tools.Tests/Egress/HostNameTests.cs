using System.Net;
using Orchestrator.Supervisor.Egress;

namespace Orchestrator.Tools.Tests.Egress;

public sealed class HostNameTests
{
    private const int Rounds = 300_000;
    private const string Signs = "0123456789abcdefxX.:[]%@-_ o";

    [Theory]
    [InlineData("Registry.NPMJS.org", "registry.npmjs.org")]
    [InlineData("registry.npmjs.org.", "registry.npmjs.org")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("1.2.3.4.example", "1.2.3.4.example")]
    public void Name_HasOneForm(string text, string host)
    {
        Assert.True(HostName.TryNormalize(text, out string? normalized, out _));
        Assert.Equal(host, normalized);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1.")]
    [InlineData("１２７.０.０.１")]
    [InlineData("１２７.example")]
    [InlineData("127。0。0。1")]
    [InlineData("0x7F.1")]
    [InlineData("0x")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a..")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\0b")]
    public void WhatIsNoName_IsRefused(string text) => Assert.False(HostName.TryNormalize(text, out _, out _));

    /// <summary>Whatever is written: what is taken for a name, the platform's own parser doesn't take for an address.</summary>
    [Fact]
    public void AddressInWhateverForm_IsNeverAName()
    {
        var random = new Random(4);
        for (int round = 0; round < Rounds; round++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Signs[random.Next(Signs.Length)])]);
            if (HostName.TryNormalize(text, out string? host, out _))
            {
                Assert.False(IPAddress.TryParse(host, out _), text);
                Assert.False(IPAddress.TryParse(text, out _), text);
            }
        }
    }

    /// <summary>Whatever is asked: a request, or a fault, and no head that a host could read as two.</summary>
    [Fact]
    public void RequestInWhateverForm_IsOneOrAFault()
    {
        const string parts = "GET |CONNECT |http://|localhost|:80|/| HTTP/1.1|\r\n|\n|\r|Host: a|: |@|[|]|\\|?|#|x";
        string[] pieces = parts.Split('|');
        var random = new Random(5);
        for (int round = 0; round < Rounds; round++)
        {
            string head = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (ProxyRequest.TryParse(head, out ProxyRequest? request, out string? fault))
            {
                string sent = request.Head is null ? "\r\n\r\n" : System.Text.Encoding.Latin1.GetString(request.Head);
                Assert.True(sent.IndexOf("\r\n\r\n", StringComparison.Ordinal) == sent.Length - 4, head);
                Assert.True(sent.Replace("\r\n", "", StringComparison.Ordinal).AsSpan().IndexOfAny('\r', '\n') < 0, head);
            }
            else
            {
                Assert.NotNull(fault);
            }
        }
    }
}
