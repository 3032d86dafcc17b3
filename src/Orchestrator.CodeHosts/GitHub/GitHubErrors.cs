using System.Globalization;
using System.Net;
using Octokit;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.CodeHosts.GitHub;

/// <summary>What GitHub's refusals mean to us, at the border where they come in.</summary>
internal static class GitHubErrors
{
    private static readonly TimeSpan UsualWait = TimeSpan.FromMinutes(1);

    /// <param name="what">What is asked for, for the message.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CodeHostException">It refuses, or asks to be left alone.</exception>
    /// <exception cref="IOException">It can't be asked now.</exception>
    public static async Task<T> TranslateAsync<T>(string what, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask().WaitAsync(cancellationToken);
        }
        catch (RateLimitExceededException limit)
        {
            throw new CodeHostException($"GitHub: {what}: the limit of {limit.Limit} requests is used up until {limit.Reset:HH:mm:ss}Z.") { RetryAfter = limit.GetRetryAfterTimeSpan() };
        }
        catch (AbuseException limit)
        {
            throw new CodeHostException($"GitHub: {what}: it asks to be left alone.") { RetryAfter = TimeSpan.FromSeconds(limit.RetryAfterSeconds ?? UsualWait.TotalSeconds) };
        }
        catch (SecondaryRateLimitExceededException)
        {
            throw new CodeHostException($"GitHub: {what}: it asks to be left alone.") { RetryAfter = UsualWait };
        }
        catch (ApiValidationException wrong)
        {
            string details = string.Join("; ", wrong.ApiError.Errors?.Select(error => error.Message ?? $"{error.Field} {error.Code}") ?? []);
            throw new CodeHostException($"GitHub: {what} is refused: {wrong.ApiError.Message}{(details.Length > 0 ? $" ({details})" : string.Empty)}.");
        }
        catch (ApiException failure) when ((int)failure.StatusCode >= 500)
        {
            throw new IOException($"GitHub: {what}: it answers {(int)failure.StatusCode}.", failure);
        }
        catch (ApiException failure) when (failure.StatusCode == HttpStatusCode.TooManyRequests)
        {
            throw new CodeHostException($"GitHub: {what}: it asks to be left alone.") { RetryAfter = WaitOf(failure) };
        }
        catch (ApiException failure)
        {
            string mend = failure.StatusCode switch
            {
                HttpStatusCode.Unauthorized => "it does not take the token, or the App's key",
                HttpStatusCode.Forbidden => "the token, or the App, lacks the right to that",
                HttpStatusCode.NotFound => "it knows no such thing, or does not show it to this token or App",
                _ => $"it answers {(int)failure.StatusCode}",
            };
            throw new CodeHostException($"GitHub: {what}: {mend} ({failure.Message}).");
        }
        catch (HttpRequestException failure)
        {
            throw new IOException($"GitHub: {what}: it can't be reached ({failure.Message}).", failure);
        }
    }

    private static TimeSpan WaitOf(ApiException limit) =>
        limit.HttpResponse?.Headers.FirstOrDefault(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value is { } said
        && int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            ? TimeSpan.FromSeconds(seconds)
            : UsualWait;
}
