using System.Net;
using System.Text;
using Orchestrator.Server.Access;
using Orchestrator.Server.Callers;

namespace Orchestrator.Server.Tests.Access;

public sealed class RouteMatrixTests
{
    /// <summary>Every route of the table for every kind of caller: nobody, one of each role, one whose time is over, one who guesses.</summary>
    [Fact]
    public async Task EveryRoute_LetsInWhomTheTableNames()
    {
        DateTimeOffset past = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        var roles = Enum.GetValues<Role>().ToDictionary(role => role, role => TestToken.Of(role.ToString(), role));
        TestToken expired = TestToken.Of("expired", "local", past, Enum.GetValues<Role>());
        await using ServerRig rig = await ServerRig.StartAsync([.. roles.Values, expired]);
        var wrong = new List<string>();

        foreach (RouteAccess route in RouteTable.All.Where(route => !route.IsOpen))
        {
            await ExpectAsync(rig, route, null, HttpStatusCode.Unauthorized, wrong);
            await ExpectAsync(rig, route, expired.Secret, HttpStatusCode.Unauthorized, wrong);
            await ExpectAsync(rig, route, "orc_guess", HttpStatusCode.Unauthorized, wrong);
            foreach ((Role role, TestToken token) in roles)
            {
                await ExpectAsync(rig, route, token.Secret, route.Roles.Contains(role) ? null : HttpStatusCode.Forbidden, wrong);
            }
        }

        Assert.Empty(wrong);
    }

    /// <param name="expected">Null for anything but a refusal.</param>
    private static async Task ExpectAsync(ServerRig rig, RouteAccess route, string? token, HttpStatusCode? expected, List<string> wrong)
    {
        using HttpClient client = token is null ? rig.Anonymous() : rig.With(token);
        string path = route.Pattern.Replace("{id}", "nothing", StringComparison.Ordinal).Replace("{name}", "nothing", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), path);
        request.Content = route.Method is "POST" or "PUT" ? new StringContent("{}", Encoding.UTF8, "application/json") : null;
        using HttpResponseMessage response = await client.SendAsync(request);
        bool isRight = expected is { } refused
            ? response.StatusCode == refused
            : response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden) && (int)response.StatusCode < 500;
        if (!isRight)
        {
            wrong.Add($"{route.Method} {route.Pattern} as {(token is null ? "nobody" : token[..8])}: {(int)response.StatusCode}, expected {expected?.ToString() ?? "no refusal"}");
        }
    }
}
