using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Tools.Recall;

/// <summary>Searches what was said and shown in a run, compacted or not. It only reads, and may be asked any number of times.</summary>
internal sealed class RecallTool(ITranscriptStore transcripts, TimeProvider time) : ITool
{
    private const string Name = "recall";
    private const int LongestQuery = 500;

    /// <summary>For one text; the engine that is used needs time in proportion to it.</summary>
    private static readonly TimeSpan LongestMatch = TimeSpan.FromMilliseconds(250);

    /// <summary>For all of them.</summary>
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(10);

    public ToolDefinition Definition { get; } = new(
        Name,
        "Searches this conversation from its beginning, also the turns that were replaced by a summary: what you said and called, what tools "
            + "answered, what people said. Give words that must stand in a text in this order, or a regex. Shows at most 20 passages, the newest ones, with turn and call.",
        """
        {"type":"object","properties":{"words":{"type":"string","description":"Words in their order, whatever stands between them on the line; upper and lower case are the same."},"regex":{"type":"string","description":"A regular expression without look-around and back-references, instead of words."}},"additionalProperties":false}
        """,
        EffectClass.Pure);

    public async Task<ToolOutcome> RunAsync(ToolInvocation invocation, CancellationToken cancellationToken)
    {
        if (!TryRead(invocation.Arguments, out Regex? pattern, out string? error))
        {
            return new ToolOutcome.Finished(ArgumentError.Result(error));
        }

        IReadOnlyList<TranscriptEntry> transcript = await transcripts.ReadAsync(invocation.Effect.Run, cancellationToken);
        long startedAt = time.GetTimestamp();
        try
        {
            return new ToolOutcome.Finished(Result(TranscriptSearch.Find(
                transcript, pattern, ignoredTool: Name, () => cancellationToken.IsCancellationRequested || time.GetElapsedTime(startedAt) > LongestSearch)));
        }
        catch (RegexMatchTimeoutException)
        {
            return new ToolOutcome.Finished(ArgumentError.Result("The pattern takes too long; give a simpler one, or words."));
        }
    }

    private static bool TryRead(string json, [NotNullWhen(true)] out Regex? pattern, [NotNullWhen(false)] out string? error)
    {
        pattern = null;
        if (!ToolArguments.TryParse(json, out JsonDocument? document, out error))
        {
            return false;
        }

        using (document)
        {
            bool isRegex = document.RootElement.TryGetProperty("regex", out _);
            if (!ToolArguments.TryGetText(document.RootElement, isRegex ? "regex" : "words", out string? query, out error))
            {
                return false;
            }

            error = query.Length > LongestQuery ? $"At most {LongestQuery} characters can be looked for." : string.IsNullOrWhiteSpace(query) ? "Say what to look for." : null;
            return error is null && TryCompile(isRegex ? query : PatternOf(query), out pattern, out error);
        }
    }

    private static string PatternOf(string words) =>
        "(?i)" + string.Join(".*?", words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape));

    private static bool TryCompile(string text, [NotNullWhen(true)] out Regex? pattern, [NotNullWhen(false)] out string? error)
    {
        try
        {
            pattern = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, LongestMatch);
            error = null;
            return true;
        }
        catch (Exception failure) when (failure is ArgumentException or NotSupportedException)
        {
            pattern = null;
            error = $"This pattern can't be searched for: {failure.Message}";
            return false;
        }
    }

    private static ToolResult Result(IReadOnlyList<Passage> passages)
    {
        var text = new StringBuilder();
        foreach (Passage passage in passages)
        {
            text.Append($"{passage.Place}:\n    {passage.Text.ReplaceLineEndings("\n    ")}\n");
        }

        byte[] output = Encoding.UTF8.GetBytes(passages.Count == 0 ? "Nothing was found.\n" : text.ToString());
        return new ToolResult { ExitCode = passages.Count == 0 ? 1 : 0, Output = output, OutputBytes = output.Length, MayHaveChangedFiles = false };
    }
}
