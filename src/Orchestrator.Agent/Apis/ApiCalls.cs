using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orchestrator.Agent.Runs.Landings;

namespace Orchestrator.Agent.Apis;

/// <summary>What a call of a server comes to where it is not reached, or its answer can't be read: whoever asked may ask again.</summary>
public static class ApiCalls
{
    /// <summary>Makes a call.</summary>
    /// <param name="host">Whom it asks.</param>
    /// <param name="what">What it is about, for messages.</param>
    /// <param name="ask">Asks, and takes the answer in.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="CodeHostException">Its answer is larger than the client takes.</exception>
    /// <exception cref="IOException">It can't be reached; the request may have come to something.</exception>
    public static async Task<T> ReachAsync<T>(string host, string what, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new CodeHostException($"{host}: {what}: its answer is too large ({failure.Message}).");
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"{host}: {what}: it can't be reached ({failure.Message}).", failure);
        }
    }

    /// <summary>Reads an answer.</summary>
    /// <returns>Null if it says so.</returns>
    /// <exception cref="IOException">It can't be read as that.</exception>
    public static T? Read<T>(string host, string what, byte[] body, JsonTypeInfo<T> form)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, form);
        }
        catch (JsonException failure)
        {
            throw new IOException($"{host}: {what}: its answer can't be read ({failure.Message})", failure);
        }
    }
}
