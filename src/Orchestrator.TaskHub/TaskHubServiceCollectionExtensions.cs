using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orchestrator.TaskHub.Grpc;

namespace Orchestrator.TaskHub;

/// <summary>Adds the hub to a host, and its service to the host's endpoints.</summary>
public static class TaskHubServiceCollectionExtensions
{
    // Above the largest answer that workers send, so that what is too large gets a failure with a reason.
    private const int LargestMessage = 16 * 1024 * 1024;

    /// <summary>The hub opens when the host starts; <see cref="Hub.Invoker"/> reaches it from within the process.</summary>
    public static IServiceCollection AddTaskHub(this IServiceCollection services, Action<TaskHubOptions> configure)
    {
        services.AddOptions<TaskHubOptions>().Configure(configure).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<NamedHubOptions>().ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<Hub>();
        services.AddHostedService(provider => provider.GetRequiredService<Hub>());
        services.AddSingleton(provider => provider.GetRequiredService<Hub>().Service);
        services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = LargestMessage;
            options.MaxSendMessageSize = null;
        });
        return services;
    }

    /// <summary>Serves the hub of <see cref="AddTaskHub"/> over gRPC.</summary>
    public static GrpcServiceEndpointConventionBuilder MapTaskHub(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGrpcService<TaskHubService>();
}
