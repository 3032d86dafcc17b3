using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Orchestrator.Server.Tests.SignIn;

/// <summary>
/// An issuer of accounts on loopback, as OpenID Connect has them: discovery, keys, a form to sign in, tokens for codes. It is strict: a code is good once,
/// for the client and the address that asked for it, and for whoever knows what its challenge was made of.
/// </summary>
internal sealed class Issuer : IAsyncDisposable
{
    public const string ClientId = "orchestrator";
    public const string ClientSecret = "the-client's-secret";

    private static readonly string[] ResponseTypes = ["code"];
    private static readonly string[] SubjectTypes = ["public"];
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256];
    private static readonly string[] Challenges = ["S256"];

    private readonly WebApplication _application;
    private readonly IReadOnlyList<Account> _accounts;
    private readonly RSA _key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Grant> _grants = [];
    private int _codes;

    private Issuer(WebApplication application, IReadOnlyList<Account> accounts)
    {
        _application = application;
        _accounts = accounts;
    }

    /// <summary>By another name than the servers of tests have: for browsers it is another site.</summary>
    public Uri Address => new($"http://localhost:{new Uri(_application.Urls.Single()).Port}");

    public static async Task<Issuer> StartAsync(params IReadOnlyList<Account> accounts)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        WebApplication application = builder.Build();
        var issuer = new Issuer(application, accounts);
        application.MapGet("/.well-known/openid-configuration", issuer.Describe);
        application.MapGet("/keys", issuer.ShowKeys);
        application.MapGet("/authorize", ShowForm);
        application.MapPost("/authorize", (Delegate)issuer.SignInAsync);
        application.MapPost("/token", (Delegate)issuer.RedeemAsync);
        await application.StartAsync();
        return issuer;
    }

    /// <summary>A token by which a program acts for an account.</summary>
    public string TokenOf(string subject) => TokenOf(subject, _ => { });

    /// <summary>A token that is changed before it is signed.</summary>
    public string TokenOf(string subject, Action<SecurityTokenDescriptor> change) => Sign(_accounts.Single(account => account.Subject == subject), nonce: null, change);

    /// <summary>What everybody may know of its key.</summary>
    public byte[] PublicKey => _key.ExportSubjectPublicKeyInfo();

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _key.Dispose();
    }

    private IResult Describe() => Results.Json(new Dictionary<string, object>
    {
        ["issuer"] = Address.ToString(),
        ["authorization_endpoint"] = new Uri(Address, "authorize"),
        ["token_endpoint"] = new Uri(Address, "token"),
        ["jwks_uri"] = new Uri(Address, "keys"),
        ["response_types_supported"] = ResponseTypes,
        ["subject_types_supported"] = SubjectTypes,
        ["id_token_signing_alg_values_supported"] = Algorithms,
        ["code_challenge_methods_supported"] = Challenges,
    });

    private IResult ShowKeys()
    {
        RSAParameters key = _key.ExportParameters(includePrivateParameters: false);
        var shown = new { kty = "RSA", use = "sig", alg = SecurityAlgorithms.RsaSha256, kid = "1", n = Base64UrlEncoder.Encode(key.Modulus), e = Base64UrlEncoder.Encode(key.Exponent) };
        return Results.Json(new { keys = new[] { shown } });
    }

    private static IResult ShowForm(HttpContext context) => FaultOf(context.Request.Query) is { } fault
        ? Results.BadRequest(fault)
        : Results.Content(
            $"""
            <!DOCTYPE html><html lang="en"><head><title>Accounts</title><meta name="viewport" content="width=device-width, initial-scale=1"></head><body><h1>Accounts</h1>
            <form method="post"><label>Name <input name="name"></label> <label>Password <input name="password" type="password"></label> <button>Continue</button></form></body></html>
            """,
            "text/html");

    private async Task<IResult> SignInAsync(HttpContext context)
    {
        IFormCollection form = await context.Request.ReadFormAsync();
        IQueryCollection asked = context.Request.Query;
        if (FaultOf(asked) is { } fault)
        {
            return Results.BadRequest(fault);
        }

        if (_accounts.FirstOrDefault(account => account.Subject == form["name"] && account.Password == form["password"]) is not { } account)
        {
            return Results.Unauthorized();
        }

        string code = $"code-{Interlocked.Increment(ref _codes)}";
        string back = asked["redirect_uri"].ToString();
        _grants[code] = new Grant(account, back, asked["code_challenge"].ToString(), asked["nonce"].ToString());
        return Results.Redirect(QueryHelpers.AddQueryString(back, new Dictionary<string, string?> { ["code"] = code, ["state"] = asked["state"] }));
    }

    private async Task<IResult> RedeemAsync(HttpContext context)
    {
        IFormCollection form = await context.Request.ReadFormAsync();
        bool isGood = form["grant_type"] == "authorization_code"
            & (form["client_id"], form["client_secret"]) == (ClientId, ClientSecret)
            & _grants.TryRemove(form["code"].ToString(), out Grant? grant)
            && grant!.ReturnsTo == form["redirect_uri"]
            && grant.Challenge == Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        return isGood
            ? Results.Json(new { token_type = "Bearer", expires_in = 300, access_token = "opaque", id_token = Sign(grant!.Account, grant.Nonce, _ => { }) })
            : Results.BadRequest(new { error = "invalid_grant" });
    }

    /// <returns>Null for a request that may show the form.</returns>
    private static string? FaultOf(IQueryCollection asked) =>
        asked["response_type"] != "code" ? "response_type must be code"
        : asked["client_id"] != ClientId ? "unknown client"
        : asked["code_challenge_method"] != "S256" || asked["code_challenge"].ToString().Length == 0 ? "a challenge by S256 is needed"
        : !asked["redirect_uri"].ToString().EndsWith("/signin-oidc", StringComparison.Ordinal) ? "the client has no such address"
        : asked["nonce"].ToString().Length == 0 || asked["state"].ToString().Length == 0 ? "nonce and state are needed"
        : !asked["scope"].ToString().Split(' ').Contains("openid") ? "scope must hold openid"
        : null;

    private string Sign(Account account, string? nonce, Action<SecurityTokenDescriptor> change)
    {
        Dictionary<string, object> claims = new() { ["sub"] = account.Subject, ["name"] = account.Name, ["groups"] = account.Groups };
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new SecurityTokenDescriptor
        {
            Issuer = Address.ToString(),
            Audience = ClientId,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddMinutes(5),
            Claims = claims,
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
        };
        change(token);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(token);
    }

    /// <summary>Somebody with an account.</summary>
    public sealed record Account(string Subject, string Name, params string[] Groups)
    {
        public string Password => $"password of {Subject}";
    }

    private sealed record Grant(Account Account, string ReturnsTo, string Challenge, string Nonce);
}
