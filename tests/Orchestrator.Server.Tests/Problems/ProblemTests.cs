using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Orchestrator.Server.Tests.Problems;

public sealed class ProblemTests
{
    [Fact]
    public async Task WhateverIsAskedWrongly_IsAProblem()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();
        using HttpClient anonymous = rig.Anonymous();

        await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await local.GetAsync(new Uri("/nowhere", UriKind.Relative)));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.MethodNotAllowed, await local.DeleteAsync(new Uri("/api/v1/caller", UriKind.Relative)));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.Unauthorized, await anonymous.GetAsync(new Uri("/api/v1/caller", UriKind.Relative)));
        await ProblemAssert.IsProblemAsync(HttpStatusCode.Unauthorized, await anonymous.GetAsync(new Uri("/nowhere", UriKind.Relative)));
    }

    [Fact]
    public async Task CallerOfTheApiThatAcceptsPagesOnly_StillGetsAProblem()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();
        local.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        await ProblemAssert.IsProblemAsync(HttpStatusCode.NotFound, await local.GetAsync(new Uri("/api/v1/nowhere", UriKind.Relative)));
    }

    [Fact]
    public async Task PackedBody_IsRefused()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        body.Headers.ContentEncoding.Add("gzip");

        await ProblemAssert.IsProblemAsync(HttpStatusCode.UnsupportedMediaType, await local.PostAsync(new Uri("/signout", UriKind.Relative), body));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "text=%00")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nno end")]
    public async Task BodyThatIsNoForm_IsRefused(string type, string text)
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();
        using var body = new StringContent(text);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        await ProblemAssert.IsProblemAsync(HttpStatusCode.BadRequest, await local.PostAsync(new Uri("/approvals/x/comments", UriKind.Relative), body));
    }

    [Fact]
    public async Task LongHeaders_AreRefused()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.Add("X-Long", new string('a', 20_000));

        using HttpResponseMessage response = await local.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task OtherHostName_IsRefused()
    {
        await using ServerRig rig = await ServerRig.StartAsync();
        using HttpClient local = rig.WithLocal();
        local.DefaultRequestHeaders.Host = "attacker.example";

        await ProblemAssert.IsProblemAsync(HttpStatusCode.BadRequest, await local.GetAsync(new Uri("/healthz", UriKind.Relative)));
    }
}
