using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Server.Access;
using Orchestrator.Server.Approvals;
using Orchestrator.Server.Callers;
using Orchestrator.Server.Dashboard;
using Orchestrator.Server.Guards;
using Orchestrator.Server.Health;
using Orchestrator.Server.Intake;
using Orchestrator.Server.Runs;
using Orchestrator.Server.Schedules;
using Orchestrator.Server.SignIn;
using Orchestrator.Server.Steering;
using Orchestrator.Server.Tasks;

namespace Orchestrator.Server;

/// <summary>What each request passes, in order, and where it ends.</summary>
public static class ServerApplicationExtensions
{
    public static void MapOrchestratorServer(this WebApplication application)
    {
        var terms = application.Services.GetRequiredService<ServerTerms>();
        application.Use(SecurityHeaders.AddAsync);
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.UseHostFiltering();
        if (terms.PublicUrl is { } known)
        {
            application.Use((context, next) =>
            {
                context.Request.Scheme = known.Scheme;
                context.Request.Host = HostString.FromUriComponent(known);
                return next(context);
            });
        }

        application.Use(RequestShape.CheckAsync);
        application.UseRouting();
        application.UseAuthentication();
        application.UseRateLimiter();
        application.Use(RequestShape.ReadFormAsync);
        application.UseMiddleware<CrossSiteGuard>();
        application.UseAuthorization();
        application.UseAntiforgery();

        RouteGroupBuilder routes = application.MapGuarded();
        HealthEndpoints.Map(routes);
        SignInEndpoints.Map(routes);
        routes.MapOpenApi();
        DashboardEndpoints.Map(routes);
        MapApi(routes.MapGroup("/api/v1").AddEndpointFilter(WriteKey.CheckAsync));
    }

    private static void MapApi(RouteGroupBuilder api)
    {
        CallerEndpoints.Map(api);
        TaskEndpoints.Map(api);
        RunEndpoints.Map(api);
        RunEventEndpoints.Map(api);
        SteeringEndpoints.Map(api);
        ApprovalEndpoints.Map(api);
        KillSwitchEndpoints.Map(api);
        ScheduleEndpoints.Map(api);
        IntakeEndpoints.Map(api);
        DeliveryEndpoints.Map(api);
    }
}
