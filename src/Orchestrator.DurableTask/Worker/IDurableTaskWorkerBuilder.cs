using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.DurableTask.Worker;

/// <summary>Puts a worker together; see <see cref="DurableTaskWorkerBuilderExtensions"/>.</summary>
public interface IDurableTaskWorkerBuilder
{
    /// <summary>The worker's name, which is also the name of its options; empty for the default worker.</summary>
    string Name { get; }

    /// <summary>The services that the worker is added to.</summary>
    IServiceCollection Services { get; }

    /// <summary>The class of the worker, chosen by a method such as UseGrpc; null until then.</summary>
    Type? BuildTarget { get; set; }

    /// <summary>Makes the worker.</summary>
    /// <param name="serviceProvider">The services.</param>
    /// <returns>The worker, for the host to start and stop.</returns>
    /// <exception cref="InvalidOperationException">Nothing was chosen that the worker talks to.</exception>
    IHostedService Build(IServiceProvider serviceProvider);
}
