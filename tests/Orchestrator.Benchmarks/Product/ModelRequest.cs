using System.Text.Json;

namespace Orchestrator.Benchmarks.Product;

/// <summary>What one request told the model.</summary>
/// <param name="Run">Whose it is.</param>
/// <param name="Items">The length of its input: a run's turns differ in it, the tries of a turn do not.</param>
/// <param name="Interrupted">How many tool outputs say that the call was interrupted.</param>
internal sealed record ModelRequest(string Run, int Items, int Interrupted, DateTimeOffset At)
{
    public static ModelRequest Read(byte[] body, DateTimeOffset at)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement input = document.RootElement.GetProperty("input");
        return new ModelRequest(
            document.RootElement.GetProperty("prompt_cache_key").GetString()!,
            input.GetArrayLength(),
            input.EnumerateArray().Count(IsInterrupted),
            at);
    }

    private static bool IsInterrupted(JsonElement item) =>
        item.TryGetProperty("type", out JsonElement type)
        && type.GetString() == "function_call_output"
        && item.GetProperty("output").GetRawText().Contains("interrupted", StringComparison.Ordinal);
}
