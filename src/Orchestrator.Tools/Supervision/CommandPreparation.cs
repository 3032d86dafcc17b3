using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Files;
using Orchestrator.Supervisor;
using Orchestrator.Supervisor.Egress;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Supervision;

/// <summary>Lays out a command's folder: what a supervisor needs to know, written once.</summary>
internal sealed class CommandPreparation(SandboxProfile profile, IOptions<LimitOptions> limits, IOptions<SupervisionOptions> options)
{
    private static readonly string Gate = EmbeddedScript.Read("gate.sh");
    private static readonly string Egress = EmbeddedScript.Read("egress.sh");
    private static readonly string KeptShell = EmbeddedScript.Read("keep-shell.sh");
    private static readonly string TakenShell = EmbeddedScript.Read("session-shell.sh");
    private static readonly string PlainShell = EmbeddedScript.Read("plain-shell.sh");

    private readonly SupervisionOptions _options = options.Value;

    /// <summary>Writes the intent unless it is there already.</summary>
    /// <exception cref="InvalidOperationException">The folder is another command's.</exception>
    public void Prepare(SandboxedCommand command, CommandFolder folder)
    {
        folder.Log.TakeUp();
        string asked = HashOf(command);
        string? known = HashIn(folder);
        if (known is null)
        {
            LayOut(command, folder);
        }
        else if (known != asked)
        {
            throw new InvalidOperationException(
                $"The folder {folder.Path} holds another command than the one it is now asked for; an effect's arguments never change.");
        }
    }

    /// <returns>Null where nobody in this boot has laid it out, and nobody ever started it.</returns>
    private static string? HashIn(CommandFolder folder) =>
        folder.HasStarted ? CommandJson.ReadStart(File.ReadAllBytes(folder.Started)).ArgumentsHash
        : File.Exists(folder.Intent) ? CommandJson.ReadIntent(File.ReadAllBytes(folder.Intent)).ArgumentsHash
        : null;

    // None of it is synced: until the start is noted, a loss of power may take all of it. The intent comes last: it says that the rest is there.
    private void LayOut(SandboxedCommand command, CommandFolder folder)
    {
        WholeFile.CreateFolder(folder.Path);
        WholeFile.Write(folder.Script, Encoding.UTF8.GetBytes(command.Script));
        if (command.HasInput)
        {
            InputPipe.Make(folder.Input);
        }

        WholeFile.Write(folder.SystemCallFilter, SystemCallFilter.Build());
        WholeFile.Write(folder.Intent, CommandJson.Write(Intent(command, folder)));
    }

    private CommandIntent Intent(SandboxedCommand command, CommandFolder folder) => new()
    {
        ArgumentsHash = HashOf(command),
        Command = profile.CommandLine(ViewOf(command, folder), ["/bin/bash", "--noprofile", "--norc", "-c", ShellOf(command)]),
        Environment =
        [
            .. profile.Environment.Select(variable => $"{variable.Key}={variable.Value}"),
            .. SetupCaches.Environment(command.Workspace, command.IsSetup),
        ],
        Timeout = command.Timeout,
        Grace = _options.Grace,
        OutputLimit = _options.OutputBytes,
        Tree = command.Workspace.Tree,
        Input = command.HasInput ? folder.Input : null,
        SystemCallFilter = SystemCallFilter.IsSupported ? folder.SystemCallFilter : null,
        Limits = limits.Value.Of(command.Workspace.Tree),
        Egress = command.Egress.Count > 0 ? [.. command.Egress.Select(grant => new EgressRule(grant.Host, grant.Ports, grant.AllowPrivate))] : null,
    };

    private static SandboxView ViewOf(SandboxedCommand command, CommandFolder folder) => new(command.Workspace)
    {
        ShowsShell = command.Shell != ShellUse.Own,
        Script = folder.Script,
        IsSetup = command.IsSetup,
        Egress = command.Egress.Count > 0 ? folder.Egress : null,
        DisplaySockets = command.DisplaySockets,
    };

    private static string ShellOf(SandboxedCommand command)
    {
        string shell = command.Shell switch
        {
            ShellUse.Kept => KeptShell,
            ShellUse.Taken => TakenShell,
            _ => PlainShell,
        };
        return command.Egress.Count > 0 ? Gate + Egress + shell : Gate + shell;
    }

    // Without the limits: those are policy, and may differ when a command is asked for again.
    private static string HashOf(SandboxedCommand command)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string field in (string[])[command.Script, command.Workspace.Tree, command.Shell switch { ShellUse.Kept => "kept", ShellUse.Taken => "taken", _ => "plain" }])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(field);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
