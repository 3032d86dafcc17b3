using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.DurableTask.Client;

/// <summary>Puts a client together; see <see cref="DurableTaskClientBuilderExtensions"/>.</summary>
public interface IDurableTaskClientBuilder
{
    /// <summary>The client's name, which is also the name of its options; empty for the default client.</summary>
    string Name { get; }

    /// <summary>The services that the client is added to.</summary>
    IServiceCollection Services { get; }

    /// <summary>The class of the client, chosen by a method such as UseGrpc; null until then.</summary>
    Type? BuildTarget { get; set; }

    /// <summary>Makes the client.</summary>
    /// <param name="serviceProvider">The services.</param>
    /// <returns>The client.</returns>
    /// <exception cref="InvalidOperationException">Nothing was chosen that the client talks to.</exception>
    DurableTaskClient Build(IServiceProvider serviceProvider);
}
