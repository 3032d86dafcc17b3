using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Server.Tests.SignIn;

public sealed class AccountTests
{
    private static readonly Issuer.Account Anna = new("account-17", "Anna Schmidt", "leads", "payments");

    [Fact]
    public async Task Account_SignsInAndGoesOnWhereItBegan()
    {
        await using Issuer issuer = await Issuer.StartAsync(Anna);
        await using ServerRig rig = await ServerRig.StartAsync(SettingsOf(issuer));
        using HttpClient browser = OpenBrowser();

        HttpResponseMessage back = await SignInAsync(browser, rig, "/runs?text=a");

        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Contains("content=\"0;url=/runs?text=a\"", await back.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        JsonElement caller = await browser.GetFromJsonAsync<JsonElement>(new Uri(rig.Address, "api/v1/caller"));
        Assert.Equal(("account-17", "Anna Schmidt", "local"), (TextOf(caller, "subject"), TextOf(caller, "name"), TextOf(caller, "tenant")));
        Assert.Equal(["approver"], caller.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(["leads", "payments"], caller.GetProperty("teams").EnumerateArray().Select(team => team.GetString()));
    }

    [Fact]
    public async Task AnswerOfTheIssuerTwice_SignsInOnce()
    {
        await using Issuer issuer = await Issuer.StartAsync(Anna);
        await using ServerRig rig = await ServerRig.StartAsync(SettingsOf(issuer));
        using HttpClient browser = OpenBrowser();
        HttpResponseMessage back = await SignInAsync(browser, rig, "/");

        HttpResponseMessage again = await browser.GetAsync(back.RequestMessage!.RequestUri);
        using HttpClient other = OpenBrowser();
        HttpResponseMessage stolen = await other.GetAsync(back.RequestMessage.RequestUri);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (again.StatusCode, stolen.StatusCode));
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync(new Uri(rig.Address, "api/v1/caller"))).StatusCode);
    }

    [Fact]
    public async Task AccountOfNoTenant_IsNotLetIn()
    {
        await using Issuer issuer = await Issuer.StartAsync(Anna);
        await using ServerRig rig = await ServerRig.StartAsync(SettingsOf(issuer, tenantClaim: "tid"));
        using HttpClient browser = OpenBrowser();

        HttpResponseMessage back = await SignInAsync(browser, rig, "/");

        Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
        Assert.Contains("was not let in", await back.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(new Uri(rig.Address, "api/v1/caller"))).StatusCode);
    }

    [Fact]
    public async Task TokenOfAnotherIssuer_IsNobodys()
    {
        await using Issuer issuer = await Issuer.StartAsync(Anna);
        await using Issuer other = await Issuer.StartAsync(Anna);
        await using ServerRig rig = await ServerRig.StartAsync(SettingsOf(issuer));

        using HttpClient program = rig.With(issuer.TokenOf(Anna.Subject));
        using HttpClient forger = rig.With(other.TokenOf(Anna.Subject));

        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(new Uri("api/v1/caller", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await forger.GetAsync(new Uri("api/v1/caller", UriKind.Relative))).StatusCode);
    }

    /// <summary>The way of a browser: to the issuer, through its form, and back.</summary>
    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, ServerRig rig, string to)
    {
        HttpResponseMessage led = await browser.GetAsync(new Uri(rig.Address, $"signin/account?to={Uri.EscapeDataString(to)}"));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(led.Headers.Location)).StatusCode);
        using var form = new FormUrlEncodedContent([new("name", Anna.Subject), new("password", Anna.Password)]);
        HttpResponseMessage accepted = await browser.PostAsync(led.Headers.Location, form);
        return await browser.GetAsync(accepted.Headers.Location);
    }

    private static HttpClient OpenBrowser() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    private static string? TextOf(JsonElement caller, string name) => caller.GetProperty(name).GetString();

    internal static string SettingsOf(Issuer issuer, string? tenantClaim = null)
    {
        Dictionary<string, object> accounts = new()
        {
            ["Authority"] = issuer.Address,
            ["ClientId"] = Issuer.ClientId,
            ["ClientSecret"] = Issuer.ClientSecret,
            ["RolesClaim"] = "groups",
            ["Roles"] = new Dictionary<string, string> { ["leads"] = "approver" },
        };
        if (tenantClaim is not null)
        {
            accounts["TenantClaim"] = tenantClaim;
        }

        return JsonSerializer.Serialize(new { Server = new { OpenIdConnect = accounts } });
    }
}
