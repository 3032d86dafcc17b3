using Grpc.Net.Client;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.DurableTask.Client;

/// <summary>How a client works, and with which hub.</summary>
public static class DurableTaskClientBuilderExtensions
{
    /// <summary>Sets the client's options.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="configure">Sets them.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskClientBuilder Configure(
        this IDurableTaskClientBuilder builder, Action<DurableTaskClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        return builder;
    }

    /// <summary>Makes the client a service under its own type, unless another one is already.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskClientBuilder RegisterDirectly(this IDurableTaskClientBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton(
            provider => provider.GetRequiredService<IDurableTaskClientProvider>().GetClient(builder.Name));
        return builder;
    }

    /// <summary>Sets the version of orchestrations that are started without one.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="version">The version.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskClientBuilder UseDefaultVersion(this IDurableTaskClientBuilder builder, string version) =>
        builder.Configure(options => options.DefaultVersion = version);

    /// <summary>Talks to the hub on this machine, at port 4001.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskClientBuilder UseGrpc(this IDurableTaskClientBuilder builder) => builder.UseGrpc(_ => { });

    /// <summary>Talks to the hub at an address.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="address">The address, such as <c>http://localhost:4001</c>.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskClientBuilder UseGrpc(this IDurableTaskClientBuilder builder, string address) =>
        builder.UseGrpc(options => options.Address = address);

    /// <summary>Talks to the hub over a channel, which stays the caller's.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="channel">The channel.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskClientBuilder UseGrpc(this IDurableTaskClientBuilder builder, GrpcChannel channel) =>
        builder.UseGrpc(options => options.Channel = channel);

    /// <summary>Talks to a hub by gRPC.</summary>
    /// <param name="builder">The client's builder.</param>
    /// <param name="configure">Says how it is reached.</param>
    /// <returns>The builder.</returns>
    public static IDurableTaskClientBuilder UseGrpc(
        this IDurableTaskClientBuilder builder, Action<GrpcDurableTaskClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.Configure(builder.Name, configure);
        builder.Services.AddOptions<GrpcDurableTaskClientOptions>(builder.Name)
            .PostConfigure<IOptionsMonitor<DurableTaskClientOptions>>((options, general) => options.FillFrom(general.Get(builder.Name)));
        builder.BuildTarget = typeof(GrpcDurableTaskClient);
        return builder;
    }
}
