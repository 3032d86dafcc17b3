namespace Orchestrator.Server.Callers;

/// <summary>What a caller may do; a caller may have several.</summary>
public enum Role
{
    /// <summary>Submits tasks, and steers the runs that come of them.</summary>
    Requester,

    /// <summary>Answers checkpoints.</summary>
    Approver,

    /// <summary>Steers everybody's runs, and has the kill switch.</summary>
    Operator,

    /// <summary>Sees everything and changes nothing.</summary>
    Auditor,

    /// <summary>Does what requesters and operators do, but answers no checkpoint.</summary>
    Admin,
}
