using System.Text.Json;
using Orchestrator.Protocol;
using Orchestrator.Reliability.Tests.Workloads;
using Orchestrator.TaskHub.Stores;

namespace Orchestrator.Reliability.Tests.Invariants;

/// <summary>I4 and I5: what a hub has acknowledged to a client is there; each event is heard once, or waits still.</summary>
internal static class Acknowledgements
{
    public static IEnumerable<string> Violations(HubTables tables, HubClient client) =>
        [.. Starts(tables, client), .. Ends(tables, client), .. Events(tables, client)];

    private static IEnumerable<string> Starts(HubTables tables, HubClient client) =>
        from started in client.Started
        where tables.Instances.Find(started.Key)?.Name != started.Value
        select $"I4: the start of {started.Key} was acknowledged, and it is not there";

    private static IEnumerable<string> Ends(HubTables tables, HubClient client) =>
        from ended in client.Ended
        let status = tables.Instances.Find(ended.Key)?.Status
        where status != ended.Value
        select $"I4: {ended.Key} was said to be {ended.Value}, and is {status}";

    private static IEnumerable<string> Events(HubTables tables, HubClient client)
    {
        foreach (IGrouping<string, string> raised in client.Raised.GroupBy(raised => raised.InstanceId, raised => raised.Input))
        {
            if (tables.Instances.Find(raised.Key) is not { } instance)
            {
                continue;
            }

            string[] known = [.. Heard(tables, instance), .. Waiting(tables, instance)];
            foreach (string input in raised)
            {
                int times = known.Count(text => text == input);

                // A listener that has all it wants ends, and hears no second try.
                bool isNeedless = instance.IsTerminal && known.Any(text => NumberOf(text) == NumberOf(input));
                if (times > 1 || (times == 0 && !isNeedless))
                {
                    yield return $"I5: {raised.Key} knows of signal {input} {times} times";
                }
            }
        }
    }

    // Signals that earlier generations heard are in the state that the present one started with.
    private static string[] Heard(HubTables tables, Instance instance)
    {
        if (tables.Instances.Ended(instance.Key)?.ExecutionCompleted is { Result: not null } completed)
        {
            return JsonSerializer.Deserialize<string[]>(completed.Result)!;
        }

        string input = tables.Instances.Started(instance.Key).ExecutionStarted.Input;
        return
        [
            .. JsonSerializer.Deserialize<Listening>(input)!.Heard,
            .. tables.Histories.Read(instance.Key).Select(happened => happened.EventRaised).OfType<EventRaisedEvent>().Select(Text),
        ];
    }

    private static IEnumerable<string> Waiting(HubTables tables, Instance instance) => tables.Inboxes
        .Read(instance.Key, int.MaxValue).Select(message => message.Event.EventRaised).OfType<EventRaisedEvent>().Select(Text);

    private static string Text(EventRaisedEvent raised) => JsonSerializer.Deserialize<string>(raised.Input)!;

    private static string NumberOf(string signal) => signal.Split('/')[0];
}
