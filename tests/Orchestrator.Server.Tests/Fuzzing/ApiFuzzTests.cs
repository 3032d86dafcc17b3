using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Tests.Dashboard;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Server.Tests.Fuzzing;

/// <summary>Requests by the thousand, made of the server's own description of itself and of values that programs trip over.</summary>
public sealed class ApiFuzzTests(ITestOutputHelper output)
{
    private const string SeedVariable = "ORCHESTRATOR_FUZZ_SEED";
    private const int AtOnce = 4;
    private const int MostShown = 20;

    /// <summary>The web server reads 8 KiB of method, target and version.</summary>
    private const int LongestTarget = 8_100;

    private static readonly int Requests = Rounds.Of(gate: 10_000, deep: 200_000);

    [Fact]
    public async Task StrangeRequests_AreDoneOrRefusedInWords()
    {
        TestToken everything = TestToken.Of("everything", Enum.GetValues<Role>());
        await using ServerRig rig = await ServerRig.StartAsync(ServerRig.SettingsOf([everything]), KeptRuns.AddAllAsync);
        using HttpClient caller = rig.With(everything.Secret);
        using HttpClient anonymous = rig.Anonymous();
        IReadOnlyList<Operation> operations = await Operation.ReadAllAsync(rig, caller);
        string[] ids = ["r1", "r2", "r3", "r1.t2c1", "r1.t3c1", "r2.f4"];
        int first = Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } named ? int.Parse(named, CultureInfo.InvariantCulture) : Random.Shared.Next(int.MaxValue - Requests);
        output.WriteLine($"{Requests:N0} requests to {operations.Count} operations, with the seeds from {first} on; {SeedVariable}={first} makes them again.");
        var answers = new ConcurrentDictionary<HttpStatusCode, int>();
        var wrong = new ConcurrentQueue<string>();

        await Parallel.ForAsync(0, Requests, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (index, cancellationToken) =>
        {
            var random = new Random(first + index);
            bool isAnonymous = random.Next(10) == 0;
            RequestDraft draft = RequestDraft.Draw(random, operations, ids);
            using HttpRequestMessage request = draft.ToMessage(rig.Address);
            using HttpResponseMessage response = await (isAnonymous ? anonymous : caller).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            answers.AddOrUpdate(response.StatusCode, 1, (_, count) => count + 1);
            if (await FaultOfAsync(response, draft, isAnonymous) is { } fault)
            {
                wrong.Enqueue($"seed {first + index}: {draft.Method} {draft.Target}: {(int)response.StatusCode}, {fault}");
            }
        });

        output.WriteLine(string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{(int)answer.Key}: {answer.Value:N0}")));
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Take(MostShown)));
        Assert.Equal(HttpStatusCode.OK, (await anonymous.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        Assert.InRange(answers.Where(answer => (int)answer.Key is >= 200 and < 300).Sum(answer => answer.Value), Requests / 20, Requests);
    }

    /// <returns>Null if nothing is wrong with the answer.</returns>
    private static async Task<string?> FaultOfAsync(HttpResponseMessage response, RequestDraft draft, bool isAnonymous)
    {
        int status = (int)response.StatusCode;
        if (status >= 500)
        {
            return await response.Content.ReadAsStringAsync();
        }

        if (isAnonymous && status is >= 200 and < 300 && !IsOpen(draft.Target))
        {
            return "nobody was let in";
        }

        string? type = response.Content.Headers.ContentType?.MediaType;
        if (status < 400 || draft.Method == "HEAD" || type == "text/html" || IsNoHttp(draft.Target))
        {
            return null;
        }

        if (type != "application/problem+json")
        {
            return $"no problem but {type ?? "nothing"}";
        }

        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return problem.RootElement.TryGetProperty("detail", out JsonElement detail) && detail.GetString() is { Length: > 0 }
            && problem.RootElement.TryGetProperty("fix", out JsonElement fix) && fix.GetString() is { Length: > 0 }
            ? null
            : $"a problem without detail or fix: {problem.RootElement}";
    }

    /// <summary>The web server itself refuses such paths, and lines that are longer than it reads, and says nothing.</summary>
    private static bool IsNoHttp(string target) => target.Split('?')[0].Contains("%00", StringComparison.Ordinal) || target.Length > LongestTarget;

    private static bool IsOpen(string target) => target.StartsWith("/healthz", StringComparison.Ordinal) || target.StartsWith("/readyz", StringComparison.Ordinal)
        || target.StartsWith("/signin", StringComparison.Ordinal) || target.StartsWith("/assets/", StringComparison.Ordinal);
}
