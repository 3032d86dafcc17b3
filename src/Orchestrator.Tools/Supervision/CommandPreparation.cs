using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Orchestrator.Agent.Tools;
using Orchestrator.Files;
using Orchestrator.Supervisor;
using Orchestrator.Tools.Sandbox;

namespace Orchestrator.Tools.Supervision;

/// <summary>Lays out a command's folder: what a supervisor needs to know, written once.</summary>
internal sealed class CommandPreparation(SandboxProfile profile, IOptions<SupervisionOptions> options)
{
    private static readonly string Gate = EmbeddedScript.Read("gate.sh");
    private static readonly string KeptShell = Gate + EmbeddedScript.Read("keep-shell.sh");
    private static readonly string TakenShell = Gate + EmbeddedScript.Read("session-shell.sh");
    private static readonly string PlainShell = Gate + EmbeddedScript.Read("plain-shell.sh");

    private readonly SupervisionOptions _options = options.Value;

    /// <summary>Writes the intent unless it is there already.</summary>
    /// <exception cref="InvalidOperationException">The folder is another command's.</exception>
    public void Prepare(SandboxedCommand command, CommandFolder folder)
    {
        if (!File.Exists(folder.Intent))
        {
            // The first one stays: an intent whose script came back empty would run nothing and call it done.
            DurableFile.CreateFolder(folder.Path);
            DurableFile.WriteOnce(folder.Script, Encoding.UTF8.GetBytes(command.Script));
            if (command.HasInput)
            {
                InputPipe.Make(folder.Input);
            }

            DurableFile.WriteOnce(folder.SystemCallFilter, SystemCallFilter.Build());
            DurableFile.WriteOnce(folder.Intent, CommandJson.Write(Intent(command, folder)));
        }

        CommandIntent intent = CommandJson.ReadIntent(File.ReadAllBytes(folder.Intent));
        if (intent.ArgumentsHash != HashOf(command))
        {
            throw new InvalidOperationException(
                $"The folder {folder.Path} holds another command than the one it is now asked for; an effect's arguments never change.");
        }
    }

    private CommandIntent Intent(SandboxedCommand command, CommandFolder folder) => new()
    {
        ArgumentsHash = HashOf(command),
        Command = profile.CommandLine(
            command.Workspace,
            command.Shell != ShellUse.Own,
            folder.Script,
            ["/bin/bash", "--noprofile", "--norc", "-c", ShellOf(command)],
            command.DisplaySockets),
        Environment = [.. profile.Environment.Select(variable => $"{variable.Key}={variable.Value}")],
        Timeout = command.Timeout,
        Grace = _options.Grace,
        OutputLimit = _options.OutputBytes,
        Tree = command.Workspace.Tree,
        Input = command.HasInput ? folder.Input : null,
        SystemCallFilter = SystemCallFilter.IsSupported ? folder.SystemCallFilter : null,
    };

    private static string ShellOf(SandboxedCommand command) => command.Shell switch
    {
        ShellUse.Kept => KeptShell,
        ShellUse.Taken => TakenShell,
        _ => PlainShell,
    };

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
