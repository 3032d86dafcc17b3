using System.Net;
using System.Net.Http.Headers;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>Shows GitHub a token, and a newer one where it refuses that; no other host is shown any.</summary>
internal sealed class TokenHandler(GitHubTokens tokens, GitHubRepository repository, Uri api, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { } asked || asked.GetLeftPart(UriPartial.Authority) != api.GetLeftPart(UriPartial.Authority))
        {
            request.Headers.Authorization = null;
            return await base.SendAsync(request, cancellationToken);
        }

        string token = await tokens.FindAsync(repository, cancellationToken);
        HttpResponseMessage answer = await SendAsync(request, token, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Unauthorized)
        {
            return answer;
        }

        tokens.Drop(repository, token);
        string renewed = await tokens.FindAsync(repository, cancellationToken);
        if (renewed == token)
        {
            return answer;
        }

        answer.Dispose();
        return await SendAsync(request, renewed, cancellationToken);
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return base.SendAsync(request, cancellationToken);
    }
}
