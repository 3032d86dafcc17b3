using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Server.Dashboard.Assets;
using Orchestrator.Server.Dashboard.Auditing;
using Orchestrator.Server.Dashboard.Costs;
using Orchestrator.Server.Dashboard.Deciding;
using Orchestrator.Server.Dashboard.Diffs;
using Orchestrator.Server.Dashboard.Failures;
using Orchestrator.Server.Dashboard.Inbox;
using Orchestrator.Server.Dashboard.Intake;
using Orchestrator.Server.Dashboard.Policies;
using Orchestrator.Server.Dashboard.Runs;
using Orchestrator.Server.Dashboard.Schedules;
using Orchestrator.Server.Dashboard.Steering;

namespace Orchestrator.Server.Dashboard;

/// <summary>The pages for people.</summary>
internal static class DashboardEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        InboxEndpoints.Map(routes);
        ApprovalEndpoints.Map(routes);
        RunEndpoints.Map(routes);
        DiffEndpoints.Map(routes);
        CostEndpoints.Map(routes);
        SteeringEndpoints.Map(routes);
        KillSwitchEndpoints.Map(routes);
        ScheduleEndpoints.Map(routes);
        PolicyEndpoints.Map(routes);
        RuleEndpoints.Map(routes);
        DeliveryEndpoints.Map(routes);
        AuditEndpoints.Map(routes);
        DashboardAssets.Map(routes);
    }

    /// <summary>Before the writer of problems for programs: the first that can write one does.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services)
    {
        services.AddRazorComponents();
        return services
            .AddSingleton<Pages>()
            .AddSingleton<CommandTail>()
            .AddSingleton<InboxEndpoints>()
            .AddSingleton<ApprovalEndpoints>()
            .AddSingleton<RunEndpoints>()
            .AddSingleton<DiffEndpoints>()
            .AddSingleton<CostEndpoints>()
            .AddSingleton<KillSwitchEndpoints>()
            .AddSingleton<ScheduleEndpoints>()
            .AddSingleton<PolicyEndpoints>()
            .AddSingleton<RuleEndpoints>()
            .AddSingleton<DeliveryEndpoints>()
            .AddSingleton<AuditEndpoints>()
            .AddSingleton<IProblemDetailsWriter, ProblemPageWriter>();
    }
}
