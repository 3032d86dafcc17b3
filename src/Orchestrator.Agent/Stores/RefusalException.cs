namespace Orchestrator.Agent.Stores;

/// <summary>Something is turned away for what it is: doing it again brings the same. Whatever else an activity throws may pass.</summary>
public abstract class RefusalException(string message) : Exception(message);
