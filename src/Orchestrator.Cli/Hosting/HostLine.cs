using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.DurableTask;
using Orchestrator.Agent.Hosts;
using Orchestrator.Protocol;
using Wire = Orchestrator.Protocol;

namespace Orchestrator.Cli.Hosting;

/// <summary>Calls other tool hosts over gRPC. Of a certificate nothing counts but that it is the one that the run database has of the host.</summary>
internal sealed class HostLine : IHostLine, IDisposable
{
    /// <summary>How long a host may say nothing before it is asked whether it is there, and how long it may take to answer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<(string Address, string Certificate), GrpcChannel> _channels = new();

    public async Task<string?> CallAsync(ToolHost host, HostCall call, CancellationToken cancellationToken)
    {
        string address = host.Address ?? throw new HostException($"The tool host {host} serves nobody.");
        string certificate = host.Certificate
            ?? throw new HostException($"The tool host {host} shows no certificate at {address}, so it can't be told from another program there: it is of an older build.");
        var client = new ToolHostService.ToolHostServiceClient(_channels.GetOrAdd((address, certificate), line => Connect(line.Address, line.Certificate)));
        try
        {
            HostedActivityResponse response = await client.RunActivityAsync(
                new HostedActivityRequest { Run = call.Run, Activity = call.Activity, Version = call.Version, Input = call.Input },
                new Metadata { { "authorization", $"Bearer {host.TokenFor(call.Run)}" } },
                deadline: null,
                cancellationToken);
            return response.Failure is { } failure ? throw new TaskFailedException(call.Activity, 0, Read(failure)) : response.Output;
        }
        catch (RpcException failure)
        {
            throw new HostException($"The tool host {host}, which has the workspace of run {call.Run}, can't be had at {address}: {failure.Status.Detail}", failure);
        }
    }

    public void Dispose()
    {
        foreach (GrpcChannel channel in _channels.Values)
        {
            channel.Dispose();
        }
    }

    internal static Wire.TaskFailureDetails Write(Microsoft.DurableTask.TaskFailureDetails failure) => new()
    {
        ErrorType = failure.ErrorType,
        ErrorMessage = failure.ErrorMessage,
        StackTrace = failure.StackTrace,
        InnerFailure = failure.InnerFailure is { } inner ? Write(inner) : null,
    };

    [return: NotNullIfNotNull(nameof(wire))]
    private static Microsoft.DurableTask.TaskFailureDetails? Read(Wire.TaskFailureDetails? wire) =>
        wire is null ? null : new(wire.ErrorType, wire.ErrorMessage, wire.StackTrace, Read(wire.InnerFailure), null);

    private static GrpcChannel Connect(string address, string certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = Silence,
            KeepAlivePingDelay = Silence,
            KeepAlivePingTimeout = Silence,
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            shown is not null && Convert.ToHexStringLower(SHA256.HashData(shown.GetRawCertData())) == certificate;
        return GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            MaxReconnectBackoff = TimeSpan.FromSeconds(1),
        });
    }
}
