using Grpc.Core;
using Grpc.Net.Client;

namespace Orchestrator.Cli.Hosting;

/// <summary>Channels to hubs that run elsewhere.</summary>
internal static class HubChannels
{
    /// <summary>To a hub of ours, or one like it.</summary>
    /// <param name="hub">Its address.</param>
    /// <param name="tokenFile">A file whose first line it is shown as bearer token; null for none.</param>
    public static GrpcChannel Connect(Uri hub, string? tokenFile)
    {
        string? token = tokenFile is null ? null : File.ReadLines(tokenFile).First().Trim();
        return Connect(hub, token is null ? null : (metadata, _) =>
        {
            metadata.Add("Authorization", $"Bearer {token}");
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>To a Durable Task Scheduler: each call says which hub is meant, who asks, and shows a token.</summary>
    public static GrpcChannel Connect(SchedulerConnection scheduler, TimeProvider time)
    {
        SchedulerTokens? tokens = scheduler.Credential is null ? null : new SchedulerTokens(scheduler.Credential, time);
        string worker = $"{Environment.MachineName},{Environment.ProcessId},{Guid.NewGuid():N}";
        string agent = SchedulerConnection.UserAgent("DurableTaskWorker");
        return Connect(scheduler.Endpoint, async (metadata, cancellationToken) =>
        {
            metadata.Add("taskhub", scheduler.TaskHub);
            metadata.Add("x-user-agent", agent);
            metadata.Add("workerid", worker);
            if (tokens is not null)
            {
                metadata.Add("Authorization", $"Bearer {await tokens.GetAsync(cancellationToken)}");
            }
        });
    }

    private static GrpcChannel Connect(Uri hub, Func<Metadata, CancellationToken, ValueTask>? show)
    {
        // A restarted hub is found soon: by default the rest after a refused connection is a second, and up to two minutes later on.
        GrpcChannelOptions options = new()
        {
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(100),
        };
        if (show is null)
        {
            return GrpcChannel.ForAddress(hub, options);
        }

        var credentials = CallCredentials.FromInterceptor((call, metadata) => show(metadata, call.CancellationToken).AsTask());
        bool isSecure = hub.Scheme == Uri.UriSchemeHttps;
        options.Credentials = ChannelCredentials.Create(isSecure ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure, credentials);
        options.UnsafeUseInsecureChannelCallCredentials = !isSecure;
        return GrpcChannel.ForAddress(hub, options);
    }
}
