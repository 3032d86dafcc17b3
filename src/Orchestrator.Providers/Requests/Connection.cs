using System.ClientModel;
using System.ClientModel.Primitives;

namespace Orchestrator.Providers.Requests;

/// <summary>An endpoint as its dialect reaches it.</summary>
/// <param name="AskAsync">Sends a request as it stands.</param>
/// <param name="DescribeAsync">Asks for the description of a model, which costs nothing.</param>
internal sealed record Connection(
    Func<BinaryContent, RequestOptions, Task<ClientResult>> AskAsync, Func<string, RequestOptions, Task<ClientResult>> DescribeAsync)
{
    /// <summary>Looks at an answer in the background, by its id; null in a dialect without such answers.</summary>
    public Func<string, RequestOptions, Task<ClientResult>>? LookAsync { get; init; }

    /// <summary>Has the endpoint stop its work on an answer in the background; null in a dialect without such answers.</summary>
    public Func<string, RequestOptions, Task<ClientResult>>? CancelAsync { get; init; }

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
