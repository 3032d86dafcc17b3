using System.Text;
using System.Text.Json;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Benchmarks.Models;

/// <summary>A conversation as a run's transcript holds it: turns of a thought, a call and six kilobytes of what looks like a tool's output.</summary>
internal static class ReplayConversation
{
    private const int OutputBytes = 6 * 1024;
    private const int ThoughtBytes = 1024;
    private const string Line = "    if (count > 0 && name == \"value\") // ändert nichts\n\treturn values[count - 1];\n";

    /// <param name="origin">Who wrote the answers.</param>
    /// <param name="bytes">What the entries are to hold in all, at least.</param>
    public static IReadOnlyList<TranscriptEntry> Of(Origin origin, int bytes)
    {
        List<TranscriptEntry> entries = [TranscriptEntry.Instructions("You work on a repository."), TranscriptEntry.User(0, "Mend the test.")];
        string output = string.Concat(Enumerable.Repeat(Line, (OutputBytes / Line.Length) + 1))[..OutputBytes];
        long length = 0;
        for (int turn = 1; length < bytes; turn++)
        {
            TranscriptEntry[] added = [.. Items(origin.Dialect, turn).Select(item => TranscriptEntry.ProviderItem(turn, Encoding.UTF8.GetBytes(item), origin)),
                TranscriptEntry.Observation(turn, $"call_{turn}", output)];
            entries.AddRange(added);
            length += added.Sum(entry => (long)entry.Body.Length);
        }

        return entries;
    }

    private static string[] Items(Dialect dialect, int turn)
    {
        string thought = new('t', ThoughtBytes);
        string input = $$"""{"command":"sed -n {{turn}},200p src/app.cs"}""";
        string quoted = JsonSerializer.Serialize(input);
        return dialect switch
        {
            Dialect.Responses =>
            [
                $$"""{"id":"rs_{{turn}}","type":"reasoning","summary":[],"encrypted_content":"{{thought}}"}""",
                $$"""{"id":"fc_{{turn}}","type":"function_call","status":"completed","call_id":"call_{{turn}}","name":"bash","arguments":{{quoted}}}""",
            ],
            Dialect.Messages =>
            [
                $$"""{"type":"thinking","thinking":"Hm.","signature":"{{thought}}"}""",
                $$"""{"type":"tool_use","id":"call_{{turn}}","name":"bash","input":{{input}}}""",
            ],
            _ =>
            [
                $$$"""{"role":"assistant","content":"","reasoning_content":"{{{thought}}}","tool_calls":[{"id":"call_{{{turn}}}","type":"function","function":{"name":"bash","arguments":{{{quoted}}}}}]}""",
            ],
        };
    }
}
