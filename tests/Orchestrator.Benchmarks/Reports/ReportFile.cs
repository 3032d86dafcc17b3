using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Benchmarks.Reports;

/// <summary>What <c>--json FILE</c> writes.</summary>
internal static class ReportFile
{
    /// <param name="file">Null if no file was asked for.</param>
    public static async Task SaveAsync<T>(T report, JsonTypeInfo<T> type, string? file, CancellationToken cancellationToken)
    {
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, type) + "\n", cancellationToken);
        }
    }
}
