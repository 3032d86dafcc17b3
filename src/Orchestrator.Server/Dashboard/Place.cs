namespace Orchestrator.Server.Dashboard;

/// <summary>Where in the navigation a page stands.</summary>
public enum Place
{
    Elsewhere,
    Inbox,
    Runs,
    Schedules,
    Policies,
    Intake,
    Audit,
    KillSwitch,
}
