using Orchestrator.Protocol;

namespace Orchestrator.TaskHub.Stores;

/// <summary>What a finished turn leaves: the instance goes on, ends, or begins a new generation.</summary>
internal abstract record TurnOutcome
{
    private TurnOutcome()
    {
    }

    public string? CustomStatus { get; private init; }

    /// <summary>The span that the worker shows the execution in; null if it said none.</summary>
    public OrchestrationTraceContext? TraceContext { get; init; }

    internal sealed record GoesOn : TurnOutcome
    {
        public GoesOn(string? customStatus, OrchestrationStatus status, IReadOnlyList<HistoryEvent> history, TurnRequests requests)
        {
            CustomStatus = customStatus;
            Status = status;
            History = history;
            Requests = requests;
        }

        public OrchestrationStatus Status { get; }

        public IReadOnlyList<HistoryEvent> History { get; }

        public TurnRequests Requests { get; }
    }

    internal sealed record Ends : TurnOutcome
    {
        public Ends(string? customStatus, HistoryEvent completed, IReadOnlyList<HistoryEvent> history, TurnRequests requests)
        {
            CustomStatus = customStatus;
            Completed = completed;
            History = history;
            Requests = requests;
        }

        public HistoryEvent Completed { get; }

        public IReadOnlyList<HistoryEvent> History { get; }

        public TurnRequests Requests { get; }

        public OrchestrationStatus Status => Completed.ExecutionCompleted.OrchestrationStatus;
    }

    internal sealed record ContinuesAsNew : TurnOutcome
    {
        public ContinuesAsNew(
            string? customStatus,
            OrchestrationStatus status,
            string? input,
            string? newVersion,
            IReadOnlyList<HistoryEvent> carried,
            IReadOnlyList<EventRequest> sent)
        {
            CustomStatus = customStatus;
            Status = status;
            Input = input;
            NewVersion = newVersion;
            Carried = carried;
            Sent = sent;
        }

        /// <summary>Suspended, if nobody has resumed the generation that ends; the first that is carried over says so, too.</summary>
        public OrchestrationStatus Status { get; }

        public string? Input { get; }

        /// <summary>Null to keep the present one.</summary>
        public string? NewVersion { get; }

        /// <summary>Events that precede whatever else waits for the instance.</summary>
        public IReadOnlyList<HistoryEvent> Carried { get; }

        /// <summary>Events to other instances: they do not depend on what becomes of their sender.</summary>
        public IReadOnlyList<EventRequest> Sent { get; }
    }
}
