using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;
using Orchestrator.Agent.Turns;
using Orchestrator.Files;

namespace Orchestrator.Agent.Runs;

/// <summary>Lays a run's screenshots beside its report, in the order in which the model was shown them.</summary>
internal static class ReportScreens
{
    /// <param name="transcript">The whole transcript.</param>
    /// <param name="replies">The run's answers.</param>
    /// <param name="results">The folder of the report.</param>
    public static IReadOnlyList<ReportScreen> Write(IReadOnlyList<TranscriptEntry> transcript, IReadOnlyList<CommittedReply> replies, string results)
    {
        TranscriptEntry[] shown = [.. transcript.Where(entry => entry.Kind == EntryKind.Screenshot)];
        if (shown.Length > 0)
        {
            DurableFile.CreateFolder(ReportFolder.ScreensOf(results));
        }

        var turns = replies.ToDictionary(reply => reply.Turn);
        return [.. shown.Select((entry, index) => Write(entry, index + 1, turns.GetValueOrDefault(entry.Turn), results))];
    }

    private static ReportScreen Write(TranscriptEntry entry, int number, CommittedReply? reply, string results)
    {
        string name = $"{number:D4}-turn-{entry.Turn}.png";
        DurableFile.Write(Path.Combine(ReportFolder.ScreensOf(results), name), entry.Body.Span);
        RequestedCall? call = reply?.Calls.FirstOrDefault(made => made.CallId == entry.CallId);
        return new ReportScreen(entry.Turn, $"{ReportFolder.Screens}/{name}", call is null ? string.Empty : CallSubject.Of(call.Tool, call.Arguments));
    }
}
