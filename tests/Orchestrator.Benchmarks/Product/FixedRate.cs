using System.Collections.Concurrent;
using Orchestrator.Benchmarks.Measures;

namespace Orchestrator.Benchmarks.Product;

/// <summary>Asks a server at a fixed rate, whether the requests before are answered or not.</summary>
internal static class FixedRate
{
    public static async Task<Answers> AskAsync(
        HttpClient client, int rate, TimeSpan duration, Func<int, (string Kind, HttpRequestMessage Request)> next, CancellationToken cancellationToken)
    {
        var answers = new ConcurrentQueue<(string, double)>();
        int refused = 0;
        var asked = new Task[(int)(rate * duration.TotalSeconds)];
        long begun = TimeProvider.System.GetTimestamp();
        for (int index = 0; index < asked.Length; index++)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)index / rate);
            TimeSpan early = due - TimeProvider.System.GetElapsedTime(begun);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, TimeProvider.System, cancellationToken);
            }

            asked[index] = AskOneAsync(index, due);
        }

        await Task.WhenAll(asked);
        return new Answers([.. answers], refused);

        async Task AskOneAsync(int index, TimeSpan due)
        {
            (string kind, HttpRequestMessage request) = next(index);
            using (request)
            using (HttpResponseMessage response = await client.SendAsync(request, cancellationToken))
            {
                answers.Enqueue((kind, (TimeProvider.System.GetElapsedTime(begun) - due).TotalMilliseconds));
                if (!response.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }
    }

    /// <summary>What came back.</summary>
    /// <param name="Each">What was asked, and the time from when it was due to the end of its answer.</param>
    /// <param name="Refused">Answers that were no success.</param>
    internal sealed record Answers(IReadOnlyList<(string Kind, double Ms)> Each, int Refused)
    {
        public Spread LatencyMs => Spread.Of(Each.Select(answer => answer.Ms));
    }
}
