using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Orchestrator.Server.Tests.SignIn;

/// <summary>Tokens by which programs act for accounts: only whole ones of the issuer, for this server, within their time.</summary>
public sealed class AccountTokenTests
{
    private static readonly Issuer.Account Anna = new("account-17", "Anna Schmidt", "leads");

    [Theory]
    [InlineData("as it was given", HttpStatusCode.OK)]
    [InlineData("signature of another key", HttpStatusCode.Unauthorized)]
    [InlineData("unknown key id", HttpStatusCode.Unauthorized)]
    [InlineData("cut off", HttpStatusCode.Unauthorized)]
    [InlineData("no signature", HttpStatusCode.Unauthorized)]
    [InlineData("no algorithm", HttpStatusCode.Unauthorized)]
    [InlineData("public key as a secret", HttpStatusCode.Unauthorized)]
    [InlineData("claims of another", HttpStatusCode.Unauthorized)]
    [InlineData("its end is past", HttpStatusCode.Unauthorized)]
    [InlineData("without an end", HttpStatusCode.Unauthorized)]
    [InlineData("not yet valid", HttpStatusCode.Unauthorized)]
    [InlineData("for another audience", HttpStatusCode.Unauthorized)]
    [InlineData("for no audience", HttpStatusCode.Unauthorized)]
    [InlineData("of another issuer's name", HttpStatusCode.Unauthorized)]
    public async Task Token_LetsInOnlyAsItWasGiven(string how, HttpStatusCode expected)
    {
        await using Issuer issuer = await Issuer.StartAsync(Anna);
        await using ServerRig rig = await ServerRig.StartAsync(AccountTests.SettingsOf(issuer));

        using HttpClient program = rig.With(TokenOf(issuer, how));
        using HttpResponseMessage response = await program.GetAsync(new Uri("api/v1/caller", UriKind.Relative));

        Assert.Equal(expected, response.StatusCode);
    }

    private static string TokenOf(Issuer issuer, string how)
    {
        string[] parts = issuer.TokenOf(Anna.Subject).Split('.');
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return how switch
        {
            "as it was given" => string.Join('.', parts),
            "signature of another key" => issuer.TokenOf(Anna.Subject, token => token.SigningCredentials = OtherKey("1")),
            "unknown key id" => issuer.TokenOf(Anna.Subject, token => token.SigningCredentials = OtherKey("2")),
            "cut off" => string.Join('.', parts)[..^40],
            "no signature" => $"{parts[0]}.{parts[1]}.",
            "no algorithm" => $"{Encoded("""{"alg":"none","typ":"JWT"}""")}.{parts[1]}.",
            "public key as a secret" => SignedBy(issuer.PublicKey, $"{Encoded("""{"alg":"HS256","typ":"JWT","kid":"1"}""")}.{parts[1]}"),
            "claims of another" => $"{parts[0]}.{Encoded(Base64UrlEncoder.Decode(parts[1]).Replace(Anna.Subject, "account-01", StringComparison.Ordinal))}.{parts[2]}",
            "its end is past" => issuer.TokenOf(Anna.Subject, token => (token.NotBefore, token.Expires) = (now.AddMinutes(-5), now.AddSeconds(-35))),
            "without an end" => issuer.TokenOf(Anna.Subject, token => token.Expires = null),
            "not yet valid" => issuer.TokenOf(Anna.Subject, token => token.NotBefore = now.AddMinutes(2)),
            "for another audience" => issuer.TokenOf(Anna.Subject, token => token.Audience = "webhooks"),
            "for no audience" => issuer.TokenOf(Anna.Subject, token => token.Audience = null),
            "of another issuer's name" => issuer.TokenOf(Anna.Subject, token => token.Issuer = "http://localhost:1/"),
            _ => throw new ArgumentOutOfRangeException(nameof(how), how, null),
        };
    }

    private static SigningCredentials OtherKey(string id) => new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = id }, SecurityAlgorithms.RsaSha256);

    private static string SignedBy(byte[] key, string text) => $"{text}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";

    private static string Encoded(string text) => Base64UrlEncoder.Encode(text);
}
