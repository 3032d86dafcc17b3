using Grpc.Net.Client;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Worker;

/// <summary>What a worker runs, how, and for which hub.</summary>
public static class DurableTaskWorkerBuilderExtensions
{
    /// <summary>Adds orchestrators and activities.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <param name="configure">Adds them.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder AddTasks(this IDurableTaskWorkerBuilder builder, Action<DurableTaskRegistry> configure) =>
        Configured(builder, configure);

    /// <summary>Sets the worker's options.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <param name="configure">Sets them.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder Configure(
        this IDurableTaskWorkerBuilder builder, Action<DurableTaskWorkerOptions> configure) => Configured(builder, configure);

    /// <summary>Sets which versions the worker runs, and what becomes of others.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <param name="versionOptions">The versions.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder UseVersioning(
        this IDurableTaskWorkerBuilder builder, DurableTaskWorkerOptions.VersioningOptions versionOptions)
    {
        ArgumentNullException.ThrowIfNull(versionOptions);
        return builder.Configure(options => options.Versioning = versionOptions);
    }

    /// <summary>Has the hub send only what the worker has orchestrators and activities for.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder UseWorkItemFilters(this IDurableTaskWorkerBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<DurableTaskWorkerWorkItemFilters>(builder.Name)
            .PostConfigure<IOptionsMonitor<DurableTaskRegistry>, IOptionsMonitor<DurableTaskWorkerOptions>>(
                (filters, registries, options) => filters.Take(
                    DurableTaskWorkerWorkItemFilters.Of(registries.Get(builder.Name), options.Get(builder.Name).Versioning)));
        return builder;
    }

    /// <summary>Has the hub send only what filters name.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <param name="workItemFilters">The filters; null for none, which lets everything through.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder UseWorkItemFilters(
        this IDurableTaskWorkerBuilder builder, DurableTaskWorkerWorkItemFilters? workItemFilters)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<DurableTaskWorkerWorkItemFilters>(builder.Name)
            .PostConfigure(filters => filters.Take(workItemFilters ?? new DurableTaskWorkerWorkItemFilters()));
        return builder;
    }

    /// <summary>Talks to the hub on this machine, at port 4001.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder UseGrpc(this IDurableTaskWorkerBuilder builder) => builder.UseGrpc(_ => { });

    /// <summary>Talks to the hub at an address.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <param name="address">The address, such as <c>http://localhost:4001</c>.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder UseGrpc(this IDurableTaskWorkerBuilder builder, string address) =>
        builder.UseGrpc(options => options.Address = address);

    /// <summary>Talks to the hub over a channel, which stays the caller's.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <param name="channel">The channel.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder UseGrpc(this IDurableTaskWorkerBuilder builder, GrpcChannel channel) =>
        builder.UseGrpc(options => options.Channel = channel);

    /// <summary>Talks to a hub by gRPC.</summary>
    /// <param name="builder">The worker's builder.</param>
    /// <param name="configure">Says how it is reached.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskWorkerBuilder UseGrpc(
        this IDurableTaskWorkerBuilder builder, Action<GrpcDurableTaskWorkerOptions> configure)
    {
        Configured(builder, configure);
        builder.BuildTarget = typeof(GrpcDurableTaskWorker);
        return builder;
    }

    private static IDurableTaskWorkerBuilder Configured<TOptions>(IDurableTaskWorkerBuilder builder, Action<TOptions> configure)
        where TOptions : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }
}
