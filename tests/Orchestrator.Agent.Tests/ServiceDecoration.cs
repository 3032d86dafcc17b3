using Microsoft.Extensions.DependencyInjection;

namespace Orchestrator.Agent.Tests;

/// <summary>Puts something between a service and those who use it.</summary>
internal static class ServiceDecoration
{
    /// <param name="services">Where the service is, however it was added.</param>
    /// <param name="wrap">Makes what is used in its place.</param>
    public static void Decorate<T>(this IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        ServiceDescriptor real = services.Last(service => service.ServiceType == typeof(T));
        services.Remove(real);
        services.AddSingleton(provider => wrap((T)(real.ImplementationInstance
            ?? real.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!))));
    }
}
