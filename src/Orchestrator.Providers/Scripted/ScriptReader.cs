using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Providers.Scripted;

/// <summary>Reads a script file. Whatever is wrong with it is said with the line and the key.</summary>
internal sealed class ScriptReader
{
    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);
    private static readonly FailureKind[] NamedFailures = [.. Enum.GetValues<FailureKind>().Where(kind => kind != FailureKind.Status)];

    private readonly string _file;

    private ScriptReader(string file) => _file = file;

    /// <exception cref="ScriptException">The file cannot be read, or is no script.</exception>
    public static async Task<Script> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return Parse(file, await File.ReadAllTextAsync(file, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ScriptException($"The script {file} cannot be read: {exception.Message}", exception);
        }
    }

    /// <exception cref="ScriptException">The text is no script.</exception>
    public static Script Parse(string file, string yaml)
    {
        ScriptReader reader = new(file);
        YamlStream stream = [];
        Parser parser = new(new StringReader(yaml));
        try
        {
            stream.Load(parser);
        }
        catch (YamlException exception)
        {
            throw new ScriptException($"{file}:{exception.Start.Line}: this is not YAML: {exception.Message}", exception);
        }
        catch (InvalidOperationException exception)
        {
            // The parser's own way to give up, for example on a list that isn't closed.
            throw new ScriptException($"{file}:{parser.Current?.End.Line ?? 1}: this is not YAML: what begins here isn't closed or indented as it must be.", exception);
        }

        return stream.Documents switch
        {
            [{ RootNode: YamlSequenceNode { Children.Count: > 0 } turns }] => reader.ReadTurns(turns),
            [{ RootNode: YamlMappingNode root }] => reader.ReadWithAgents(root),
            _ => throw new ScriptException($"{file}:1: a script is one YAML list of turns, with at least one turn."),
        };
    }

    private Script ReadTurns(YamlSequenceNode turns) => new(_file, [.. turns.Select(ReadTurn)]);

    private Script ReadWithAgents(YamlMappingNode root)
    {
        YamlFields fields = new(_file, "script", root, ["turns", "agents"]);
        return ReadTurnsOf(fields, root) with
        {
            Agents = fields.Find("agents") switch
            {
                null => [],
                YamlSequenceNode agents => [.. agents.Select(ReadAgent)],
                YamlNode node => throw fields.Wrong(node, "agents", "expected is a list of {objective, turns}"),
            },
        };
    }

    private (string Objective, Script Script) ReadAgent(YamlNode node)
    {
        YamlFields agent = new(_file, "agent", node, ["objective", "turns"]);
        string objective = agent.Text("objective", agent.Find("objective") ?? throw agent.Wrong(node, "objective", "expected are words of the sub-agent's objective"));
        return (objective, ReadTurnsOf(agent, node));
    }

    private Script ReadTurnsOf(YamlFields fields, YamlNode node) => fields.Find("turns") is YamlSequenceNode { Children.Count: > 0 } turns
        ? ReadTurns(turns)
        : throw fields.Wrong(node, "turns", "expected is a list of turns, with at least one");

    private ScriptTurn ReadTurn(YamlNode node)
    {
        YamlFields fields = new(_file, "turn", node, ["text", "calls", "summary", "expect", "usage", "delay", "fail"]);
        ScriptTurn turn = new()
        {
            Text = fields.Find("text") is { } text ? fields.Text("text", text) : null,
            Calls = fields.Find("calls") is { } calls ? ReadCalls(fields, calls) : [],
            Summary = fields.Find("summary") is { } summary ? fields.Text("summary", summary) : null,
            Expect = fields.Find("expect") is { } expect ? ReadPattern(fields, expect) : null,
            Usage = fields.Find("usage") is { } usage ? ReadUsage(usage) : null,
            Delay = fields.Find("delay") is { } delay ? ReadDuration(fields, "delay", delay) : TimeSpan.Zero,
            Failures = fields.Find("fail") is { } failures ? ReadFailures(fields, failures) : [],
        };

        return turn.AlwaysFails && turn.Failures.Count == 0
            ? throw fields.Wrong(node, "text", "a turn has text, calls or fail")
            : turn;
    }

    private List<ScriptCall> ReadCalls(YamlFields turn, YamlNode node) => node is YamlSequenceNode calls
        ? [.. calls.Select(ReadCall)]
        : throw turn.Wrong(node, "calls", "expected is a list of {tool, arguments}");

    private ScriptCall ReadCall(YamlNode node)
    {
        YamlFields call = new(_file, "call", node, ["tool", "arguments"]);
        string tool = call.Text("tool", call.Find("tool") ?? throw call.Wrong(node, "tool", "a call names its tool"));

        // A text is sent as it is, so that a script can send arguments that are no JSON.
        string arguments = call.Find("arguments") switch
        {
            null => "{}",
            YamlScalarNode text => text.Value ?? "",
            YamlNode value => YamlJson.Convert(value),
        };
        return new ScriptCall(tool, arguments);
    }

    private static Regex ReadPattern(YamlFields turn, YamlNode node)
    {
        try
        {
            return new Regex(turn.Text("expect", node), RegexOptions.CultureInvariant, LongestMatch);
        }
        catch (ArgumentException exception)
        {
            throw turn.Wrong(node, "expect", $"this is no pattern: {exception.Message}");
        }
    }

    private ScriptUsage ReadUsage(YamlNode node)
    {
        YamlFields usage = new(_file, "usage", node, ["inputTokens", "cachedInputTokens", "outputTokens"]);
        return new ScriptUsage(Tokens(usage, "inputTokens"), Tokens(usage, "cachedInputTokens"), Tokens(usage, "outputTokens"));
    }

    private static long Tokens(YamlFields usage, string key) => usage.Find(key) switch
    {
        null => 0,
        YamlScalarNode { Value: { } text }
            when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long tokens) => tokens,
        YamlNode node => throw usage.Wrong(node, key, "expected is a number of tokens"),
    };

    private static TimeSpan ReadDuration(YamlFields fields, string key, YamlNode node)
    {
        Match match = Regex.Match(fields.Text(key, node), @"^(\d+(?:\.\d+)?)\s*(ms|s|m|h|)$", RegexOptions.CultureInvariant);
        if (!match.Success)
        {
            throw fields.Wrong(node, key, "expected is a duration such as 500ms, 2s, 1m, or a number of seconds");
        }

        double amount = double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(amount),
            "m" => TimeSpan.FromMinutes(amount),
            "h" => TimeSpan.FromHours(amount),
            _ => TimeSpan.FromSeconds(amount),
        };
    }

    private IReadOnlyList<ScriptFailure> ReadFailures(YamlFields turn, YamlNode node) => node switch
    {
        YamlSequenceNode list => [.. list.SelectMany(failure => ReadFailures(turn, failure))],
        YamlMappingNode => ReadCountedFailure(node),
        _ => [ReadFailure(turn, "fail", node)],
    };

    private IReadOnlyList<ScriptFailure> ReadCountedFailure(YamlNode node)
    {
        YamlFields fields = new(_file, "fail", node, ["kind", "times", "retryAfter"]);
        YamlNode kind = fields.Find("kind") ?? throw fields.Wrong(node, "kind", "a failure has a kind");
        ScriptFailure failure = ReadFailure(fields, "kind", kind);
        long times = fields.Find("times") is null ? 1 : Tokens(fields, "times");
        if (times is < 1 or > 1000)
        {
            throw fields.Wrong(node, "times", "expected is a number from 1 to 1000");
        }

        TimeSpan? retryAfter = fields.Find("retryAfter") is { } wait ? ReadDuration(fields, "retryAfter", wait) : null;
        return [.. Enumerable.Repeat(failure with { RetryAfter = retryAfter }, (int)times)];
    }

    private static ScriptFailure ReadFailure(YamlFields fields, string key, YamlNode node)
    {
        string text = fields.Text(key, node);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status) && status is >= 400 and <= 599)
        {
            return new ScriptFailure(FailureKind.Status) { Status = status };
        }

        string names = string.Join(", ", NamedFailures.Select(NameOf));
        return NamedFailures.Where(kind => NameOf(kind) == text).Select(kind => new ScriptFailure(kind)).FirstOrDefault()
            ?? throw fields.Wrong(node, key, $"expected is an HTTP status from 400 to 599, or one of {names}");
    }

    private static string NameOf(FailureKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];
}
