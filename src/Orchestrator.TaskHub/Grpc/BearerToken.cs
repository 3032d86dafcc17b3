using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.TaskHub.Grpc;

/// <summary>Lets nobody pass who does not show the token.</summary>
internal sealed class BearerToken
{
    private const string Scheme = "Bearer ";

    // Compared as hashes: equal lengths, whatever is shown.
    private readonly byte[] _hash;

    private BearerToken(string token) => _hash = Hash(token);

    /// <exception cref="ArgumentException">The file holds no token.</exception>
    public static BearerToken FromFile(string path)
    {
        string token = File.ReadLines(path).FirstOrDefault("").Trim();
        return token.Length > 0 ? new BearerToken(token) : throw new ArgumentException($"{path} holds no token in its first line.");
    }

    public Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        string shown = context.Request.Headers.Authorization.ToString();
        if (shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(shown[Scheme.Length..].Trim()), _hash))
        {
            return next(context);
        }

        // gRPC callers read this as UNAUTHENTICATED.
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
