using System.CommandLine;
using Grpc.Net.Client;

namespace Orchestrator.Cli.Hosting;

/// <summary>A hub that runs elsewhere, as <c>--hub</c> names it.</summary>
/// <param name="Channel">Calls it.</param>
/// <param name="Address">Where it is.</param>
internal sealed record HubConnection(GrpcChannel Channel, Uri Address) : IDisposable
{
    public void Dispose() => Channel.Dispose();

    private static HubConnection Open(string hub, string? tokenFile)
    {
        if (SchedulerConnection.IsOne(hub))
        {
            if (tokenFile is not null)
            {
                throw new BadInputException("--token-file: a connection string says itself, in Authentication=, how the scheduler knows this process; leave the file out.");
            }

            SchedulerConnection scheduler = SchedulerConnection.Read(hub);
            return new HubConnection(HubChannels.Connect(scheduler, TimeProvider.System), scheduler.Endpoint);
        }

        return Uri.TryCreate(hub, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? new HubConnection(HubChannels.Connect(uri, tokenFile), uri)
            : throw new BadInputException($"--hub: '{hub}' is not an http or https address, as in http://127.0.0.1:4001, and no connection string of a scheduler.");
    }

    /// <summary>The options that name one.</summary>
    internal sealed class Options(bool isRequired)
    {
        private readonly Option<string?> _hub = new("--hub")
        {
            Description = isRequired
                ? "The hub's address, as in http://127.0.0.1:4001, or the connection string of a Durable Task Scheduler."
                : "Serve beside a hub that runs elsewhere, and its workers: its address, or the connection string of a Durable Task Scheduler.",
            Required = isRequired,
            HelpName = "URL",
        };

        private readonly Option<string?> _token = new("--token-file") { Description = "A file whose first line is shown to the hub as bearer token." };

        public void AddTo(Command command)
        {
            command.Add(_hub);
            command.Add(_token);
        }

        /// <returns>Null if none is named.</returns>
        /// <exception cref="BadInputException">It names none that there could be.</exception>
        public HubConnection? Open(ParseResult parsed)
        {
            string? token = parsed.GetValue(_token);
            return parsed.GetValue(_hub) is { } hub ? HubConnection.Open(hub, token)
                : token is null ? null
                : throw new BadInputException("--token-file is shown to a hub that runs elsewhere: name it with --hub.");
        }
    }
}
