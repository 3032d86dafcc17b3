namespace Orchestrator.Server.Dashboard;

/// <summary>Where in the navigation a page stands.</summary>
public enum Place
{
    Elsewhere,
    Inbox,
    Runs,
    Policies,
    Audit,
    KillSwitch,
}
