using System.Collections.Concurrent;
using System.Globalization;
using Orchestrator.Supervisor;

namespace Orchestrator.Tools.Tests.Escapes;

/// <summary>
/// The worker whose sandbox is tried, in a process of its own: with a secret in its environment and in an open descriptor, and as
/// whatever user it was started. Prints a line for each attempt.
/// </summary>
internal static class EscapeWorker
{
    public const string Verb = "escapes";
    public const string CanaryVariable = "ESCAPE_CANARY";

    /// <param name="root">Where everything happens; nobody else can enter it.</param>
    /// <param name="what">Attempts by number, or <c>all</c>; or <c>controls</c>.</param>
    public static async Task<int> RunAsync(string root, string what)
    {
        string canary = Environment.GetEnvironmentVariable(CanaryVariable)!;
        string secret = Path.Combine(root, "open");
        File.WriteAllText(secret, canary);
        _ = Libc.Open(secret, Libc.ReadOnly, 0); // Without close-on-exec, and never closed.

        ConcurrentQueue<(string Name, Func<Task<AttemptEnd>> Try)> trials = new(what switch
        {
            "controls" => ControlTable.Here.Select(control => (control.Name, (Func<Task<AttemptEnd>>)(() => control.TryWithoutAsync(Path.Combine(root, Guid.NewGuid().ToString("N")[..8]), canary)))),
            "all" => AttemptTable.All.Select(attempt => Trial(root, canary, attempt)),
            _ => what.Split(',').Select(number => Trial(root, canary, AttemptTable.Number(int.Parse(number, CultureInfo.InvariantCulture)))),
        });
        // Most of their time is waiting.
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount + 2).Select(async _ =>
        {
            while (trials.TryDequeue(out (string Name, Func<Task<AttemptEnd>> Try) trial))
            {
                AttemptEnd end = await trial.Try();
                Console.WriteLine($"{trial.Name}\t{end.ToString().ReplaceLineEndings(" ")}");
            }
        }));
        return 0;
    }

    private static (string, Func<Task<AttemptEnd>>) Trial(string root, string canary, Attempt attempt) =>
        ($"{attempt.Number}", () => TryAsync(Path.Combine(root, $"{attempt.Number}"), canary, attempt, []));

    /// <summary>Makes a scene, tries the attempt in it, and leaves nothing of it.</summary>
    public static async Task<AttemptEnd> TryAsync(string root, string canary, Attempt attempt, IReadOnlyList<(string Key, string Value)> settings)
    {
        string place = attempt.IsInMemory ? Directory.CreateDirectory(Path.Combine("/dev/shm", $"escapes-{Guid.NewGuid():N}")).FullName : root;
        await using EscapeScene scene = await EscapeScene.SetAsync(place, canary, [.. attempt.Settings.ExceptBy(settings.Select(setting => setting.Key), setting => setting.Key), .. settings]);
        return await scene.TryAsync(attempt);
    }
}
