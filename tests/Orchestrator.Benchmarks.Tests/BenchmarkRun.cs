using System.Diagnostics;
using System.Text.Json;

namespace Orchestrator.Benchmarks.Tests;

/// <summary>One run of the executable, with what it said and the report that it wrote.</summary>
internal sealed record BenchmarkRun(int ExitCode, string Output, string Error, JsonElement Report)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    /// <summary>Runs it once, with <c>--json</c>.</summary>
    public static async Task<BenchmarkRun> OfAsync(string arguments)
    {
        string json = Path.Combine(Path.GetTempPath(), $"benchmark-{Guid.NewGuid():N}.json");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "benchmarks"), [.. arguments.Split(' '), "--json", json])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Bound);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(bound.Token);
            string output = await process.StandardOutput.ReadToEndAsync(bound.Token);
            await process.WaitForExitAsync(bound.Token);
            JsonElement report = File.Exists(json) ? JsonDocument.Parse(await File.ReadAllTextAsync(json)).RootElement : default;
            return new BenchmarkRun(process.ExitCode, output, await error, report);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            File.Delete(json);
        }
    }

    /// <summary>A number of the report, by the names that lead to it.</summary>
    public double Number(string path)
    {
        JsonElement found = Report;
        foreach (string name in path.Split('.'))
        {
            found = int.TryParse(name, out int index) ? found[index] : found.GetProperty(name);
        }

        return found.GetDouble();
    }
}
