using System.ClientModel;
using System.ClientModel.Primitives;

namespace Orchestrator.Providers.Requests;

/// <summary>An endpoint as its dialect reaches it.</summary>
/// <param name="AskAsync">Sends a request as it stands.</param>
/// <param name="DescribeAsync">Asks for the description of a model, which costs nothing.</param>
internal sealed record Connection(
    Func<BinaryContent, RequestOptions, Task<ClientResult>> AskAsync, Func<string, RequestOptions, Task<ClientResult>> DescribeAsync)
{
    /// <summary>Has a package send each request once, over the given connections, and leaves it to us how long that may take.</summary>
    public static T SendOnce<T>(T options, PipelineTransport connections)
        where T : ClientPipelineOptions
    {
        options.Transport = connections;
        options.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        options.NetworkTimeout = Timeout.InfiniteTimeSpan;
        return options;
    }
}
