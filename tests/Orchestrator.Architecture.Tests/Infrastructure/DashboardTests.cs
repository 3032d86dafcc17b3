using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Tracing;

namespace Orchestrator.Architecture.Tests.Infrastructure;

/// <summary>Dashboards ask for what the product tells, by the names that it has there, and for nothing else.</summary>
public sealed partial class DashboardTests : IDisposable
{
    private const string Grafana = "infra/dashboards/grafana.json";
    private const string Workbook = "infra/dashboards/workbook.json";

    private static readonly RunSpan Told = new("r1", "1", Parent: null, "told", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    private static readonly Dictionary<string, object?> Chat = new()
    {
        ["gen_ai.operation.name"] = "chat",
        ["gen_ai.request.model"] = "m",
        ["gen_ai.usage.input_tokens"] = 1L,
        ["gen_ai.usage.output_tokens"] = 1L,
        ["orchestrator.cost.usd"] = 1.0,
    };

    private static readonly Dictionary<string, object?> Tool = new() { ["gen_ai.operation.name"] = "execute_tool", ["gen_ai.tool.name"] = "bash" };

    private static readonly Dictionary<string, object?> Approval = new() { ["orchestrator.approval.kind"] = "tool", ["orchestrator.approval.state"] = "approved" };

    private readonly MeterListener _listener = new();
    private readonly List<Instrument> _instruments = [];
    private readonly HashSet<string> _tags = [];

    /// <summary>Has the product tell one of each, and notes names, kinds and tags.</summary>
    public DashboardTests()
    {
        using var telemetry = new Telemetry(TimeProvider.System);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == Telemetry.SourceName)
            {
                _instruments.Add(instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Note(tags));
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(tags));
        _listener.Start();
        foreach (Dictionary<string, object?> attributes in (Dictionary<string, object?>[])[Chat, Tool, Approval])
        {
            telemetry.Tell(Told with { Attributes = attributes });
        }
    }

    [Fact]
    public void Grafana_AsksForWhatIsTold()
    {
        string[] asked = [.. Texts(Grafana, "expr").SelectMany(query => PrometheusName().Matches(query)).Select(match => match.Value).Distinct()];
        string[] labels = [.. _tags.Select(Underlined)];

        Assert.Empty(asked.Except(_instruments.SelectMany(SeriesOf)).Except(labels));
        Assert.Empty(_instruments.Where(instrument => !SeriesOf(instrument).Intersect(asked).Any()).Select(instrument => instrument.Name));
    }

    [Fact]
    public void Workbook_AsksForWhatIsTold()
    {
        string[] queries = Texts(Workbook, "query");
        string[] asked = [.. queries.SelectMany(query => MetricName().Matches(query)).Select(match => match.Groups[1].Value).Distinct()];
        string[] dimensions = [.. queries.SelectMany(query => Dimension().Matches(query)).Select(match => match.Groups[1].Value).Distinct()];

        Assert.Equal(_instruments.Select(instrument => instrument.Name).Order(StringComparer.Ordinal), asked.Order(StringComparer.Ordinal));
        Assert.Empty(dimensions.Except(_tags));
    }

    /// <summary>A panel's data may not come from one deployment's own place.</summary>
    [Fact]
    public void Dashboards_NameNoDeployment()
    {
        Assert.Equal(["${datasource}"], Texts(Grafana, "uid").Except(["orchestrator"]).Distinct());
        Assert.DoesNotContain("/subscriptions/", Repository.Read(Workbook), StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _listener.Dispose();

    private void Note(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            _tags.Add(tag.Key);
        }
    }

    /// <summary>What a collector makes of it for Prometheus: seconds become part of the name, a unit in braces doesn't, and kinds have endings.</summary>
    private static string[] SeriesOf(Instrument instrument)
    {
        string name = Underlined(instrument.Name) + (instrument.Unit == "s" ? "_seconds" : string.Empty);
        return instrument switch
        {
            Histogram<double> or Histogram<long> => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            Counter<double> => [$"{name}_total"],
            _ => [name],
        };
    }

    private static string Underlined(string name) => name.Replace('.', '_');

    /// <summary>The values of all members of this name, wherever they stand.</summary>
    private static string[] Texts(string path, string name)
    {
        using JsonDocument document = JsonDocument.Parse(Repository.Read(path));
        return [.. Texts(document.RootElement, name)];
    }

    private static IEnumerable<string> Texts(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(inner => Texts(inner, name)),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(
            member => member.Name == name && member.Value.ValueKind == JsonValueKind.String ? [member.Value.GetString()!] : Texts(member.Value, name)),
        _ => [],
    };

    [GeneratedRegex(@"\b(?:gen_ai|orchestrator)_\w+")]
    private static partial Regex PrometheusName();

    [GeneratedRegex(@"\bname == '([^']+)'")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"customDimensions\['([^']+)'\]")]
    private static partial Regex Dimension();
}
