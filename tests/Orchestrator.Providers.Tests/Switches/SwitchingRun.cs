using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Compactions;
using Orchestrator.Agent.Models;
using Orchestrator.Agent.Transcripts;

namespace Orchestrator.Providers.Tests.Switches;

/// <summary>A run's transcript, as the product keeps it, beside what was said as the test knows it.</summary>
internal sealed class SwitchingRun
{
    private const string Ledger = "# What holds, word for word";
    private const string Summary = "# Your hand-over";

    private readonly IServiceProvider _services;
    private readonly List<TranscriptEntry> _transcript = [TranscriptEntry.Instructions("Be brief.")];
    private readonly List<(int Turn, bool IsChat, string Line)> _told = [];
    private Compaction? _compaction;
    private int _turn;

    public SwitchingRun(IServiceProvider services, string task)
    {
        _services = services;
        Tell(task);
    }

    /// <summary>What a model is to be shown, in order.</summary>
    /// <param name="isChat">Its dialect has all texts of an answer before its calls.</param>
    public string[] Shown(bool isChat)
    {
        int through = _compaction?.Replacement!.Through ?? -1;
        string[] summary = _compaction is null ? [] : [StrictEndpoint.Asked(Ledger), StrictEndpoint.Asked(Summary)];
        return
        [
            .. Lines(turn => turn <= through).Where(line => line.StartsWith("user", StringComparison.Ordinal)),
            .. summary,
            .. Lines(turn => turn > through),
        ];

        IEnumerable<string> Lines(Func<int, bool> isMeant) => _told
            .Where(told => isMeant(told.Turn))
            .GroupBy(told => told.Turn)
            .SelectMany(turn => turn.OrderBy(told => isChat || told.IsChat ? OrderInChat(told.Line) : 0))
            .Select(told => told.Line);
    }

    public async Task TakeTurnAsync(StrictEndpoint endpoint, string model, TurnShape shape)
    {
        endpoint.Shape = shape;
        _turn++;
        ModelDescription described = _services.GetRequiredService<IModelCatalogue>().Resolve(model);
        ModelReply reply = await _services.GetRequiredService<IModelClient>().AskAsync(
            Asking.Request([.. TranscriptEntry.PromptOf(Prompt.Of(_transcript, _compaction).Entries)]) with
            {
                Model = model,
                MaxOutputTokens = described.LongestAnswer,
            },
            CancellationToken.None);

        _transcript.AddRange(reply.Items.Select(item => TranscriptEntry.ProviderItem(_turn, item, described.Origin)));
        foreach (AnswerPart part in shape.Parts().Where(part => part is AnswerPart.Text or AnswerPart.Call))
        {
            string line = part == AnswerPart.Text ? StrictEndpoint.Said($"Step {endpoint.Requests}.") : StrictEndpoint.Called("bash", """{"command":"ls"}""");
            _told.Add((_turn, endpoint is StrictChat, line));
        }

        foreach ((RequestedCall call, int place) in reply.Calls.Select((call, place) => (call, place)))
        {
            string result = shape == TurnShape.FailedTool
                ? "exit code 2\n\u001b[31mls: \"a\\b\": no such file\u001b[0m\r\n{\"}"
                : $"a.txt, {place} of turn {_turn}";
            _transcript.Add(TranscriptEntry.Observation(_turn, call.CallId, result));
            _told.Add((_turn, endpoint is StrictChat, StrictEndpoint.Returned(result)));
        }

        if (reply.Calls.Count == 0)
        {
            Tell(reply.End == ReplyEnd.MaxOutputTokens ? "Your answer was cut." : "It is not done yet.");
        }

        if (shape == TurnShape.AfterCompaction)
        {
            Compact();
        }
    }

    private static int OrderInChat(string line) => line switch
    {
        _ when line.StartsWith("model", StringComparison.Ordinal) => 0,
        _ when line.StartsWith("call", StringComparison.Ordinal) => 1,
        _ when line.StartsWith("result", StringComparison.Ordinal) => 2,
        _ => 3,
    };

    private void Tell(string text)
    {
        _transcript.Add(TranscriptEntry.User(_turn, text));
        _told.Add((_turn, false, StrictEndpoint.Asked(text)));
    }

    /// <summary>Has all turns but the newest replaced by a summary in words, as the run does it where another model may take over.</summary>
    private void Compact() => _compaction = new Compaction
    {
        RunId = "run-1",
        Number = _turn,
        Turn = _turn,
        State = CompactionState.Active,
        TokensCounted = 1_000,
        Replacement = new Replacement(_turn - 1, 1, Ledger, TranscriptEntry.User(_turn - 1, Summary)),
    };
}
