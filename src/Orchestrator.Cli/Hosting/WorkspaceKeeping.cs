using System.CommandLine;
using Orchestrator.TaskHub;

namespace Orchestrator.Cli.Hosting;

/// <summary>A worker's share in keeping workspaces: in the data folder, for itself; as a tool host, for others as well; or none.</summary>
/// <param name="IsKeeping">It does what needs a workspace.</param>
/// <param name="Server">Where it serves others; null if it doesn't.</param>
/// <param name="Folder">Where it keeps workspaces; null for the data folder.</param>
internal sealed record WorkspaceKeeping(bool IsKeeping, HubServerOptions? Server, string? Folder)
{
    /// <summary>That of whoever isn't told otherwise.</summary>
    public static WorkspaceKeeping ForItself { get; } = new(true, null, null);

    /// <summary>The options that say so.</summary>
    internal sealed class Options
    {
        private readonly Option<bool> _tools = new("--tools") { Description = "Be a tool host: keep workspaces, and serve those that it keeps to the other workers." };
        private readonly Option<bool> _noTools = new("--no-tools") { Description = "Do orchestrators and model turns, and nothing that needs a workspace: the hub gives that to tool hosts." };

        private readonly Option<string?> _listen = new("--listen")
        {
            Description = "With --tools: where other workers reach it; by default a free port of loopback. Beyond loopback it needs --certificate.",
            HelpName = "HOST:PORT",
        };

        private readonly Option<string?> _folder = new("--host-folder")
        {
            Description = "With --tools: the folder on this machine for its workspaces and commands; by default the data folder.",
            HelpName = "DIR",
        };

        private readonly Option<string?> _certificate = new("--certificate") { Description = "With --tools: a PEM file with the certificate that it shows." };
        private readonly Option<string?> _key = new("--certificate-key") { Description = "A PEM file with the certificate's key, if it is in another file." };

        public void AddTo(Command command)
        {
            foreach (Option option in (Option[])[_tools, _noTools, _listen, _folder, _certificate, _key])
            {
                command.Add(option);
            }
        }

        /// <exception cref="BadInputException">They contradict each other.</exception>
        public WorkspaceKeeping Read(ParseResult parsed)
        {
            bool isHost = parsed.GetValue(_tools);
            if (isHost && parsed.GetValue(_noTools))
            {
                throw new BadInputException("--tools and --no-tools contradict each other: name one of them, or neither.");
            }

            Option? alone = ((Option<string?>[])[_listen, _folder, _certificate, _key]).FirstOrDefault(option => parsed.GetValue(option) is not null);
            if (!isHost)
            {
                return alone is null
                    ? new WorkspaceKeeping(!parsed.GetValue(_noTools), null, null)
                    : throw new BadInputException($"{alone.Name} is for tool hosts: say --tools as well.");
            }

            var server = new HubServerOptions
            {
                Listen = parsed.GetValue(_listen) ?? "127.0.0.1:0",
                CertificateFile = parsed.GetValue(_certificate),
                CertificateKeyFile = parsed.GetValue(_key),
                ChecksEachCall = true,
            };
            return IsReachable(server)
                ? new WorkspaceKeeping(true, server, parsed.GetValue(_folder))
                : throw new BadInputException($"--listen: other workers can't connect to {server.Listen}; say HOST:PORT with an address of this machine.");
        }

        private static bool IsReachable(HubServerOptions server)
        {
            try
            {
                return server.NamesOneAddress;
            }
            catch (ArgumentException failure)
            {
                throw new BadInputException($"--listen: {failure.Message}");
            }
        }
    }
}
