using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Agent.Tools;
using Orchestrator.Agent.Workspaces;
using Orchestrator.Cli.Hosting;

namespace Orchestrator.Cli.Checking;

/// <summary>A program that a command in the sandbox finds on its PATH.</summary>
/// <param name="Name">What it is called by.</param>
/// <param name="Path">Where it is, in the sandbox.</param>
/// <param name="Version">The first line of what it says of its version; empty if it says nothing within seconds.</param>
internal sealed record SandboxProgram(string Name, string Path, string Version);

/// <summary>What a command in the sandbox finds on its PATH, of what projects commonly need.</summary>
/// <param name="Path">The PATH.</param>
/// <param name="Found">Those that are there.</param>
/// <param name="Absent">The names of the others.</param>
internal sealed record SandboxPrograms(string Path, IReadOnlyList<SandboxProgram> Found, IReadOnlyList<string> Absent)
{
    private static readonly string[] Wanted =
        ["bash", "git", "make", "gcc", "python3", "pip3", "node", "npm", "dotnet", "java", "mvn", "go", "cargo", "ruby", "php", "rg", "jq", "curl"];

    /// <summary>Go and Java say their versions in their own ways.</summary>
    private const string Script =
        """
        echo "$PATH"
        for name in "$@"; do
          path=$(command -v -- "$name") || continue
          case $name in go) ask=version ;; java) ask=-version ;; *) ask=--version ;; esac
          printf '%s\t%s\t%s\n' "$name" "$path" "$(timeout 5 "$name" $ask 2>&1 < /dev/null | head -n 1 | sed 's/\x1b\[[0-9;]*m//g')"
        done
        """;

    /// <returns>Null if the sandbox can't be set up.</returns>
    public static async Task<SandboxPrograms?> FindAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        ISandbox sandbox = deployment.Services.GetRequiredService<ISandbox>();
        using var scratch = ScratchWorkspace.Create(deployment.Data);
        SandboxOutput output = await sandbox.RunAsync(
            scratch.Workspace, ["bash", "-c", Script, "bash", .. Wanted], ReadOnlyMemory<byte>.Empty, cancellationToken);
        string[] lines = Encoding.UTF8.GetString(output.Output.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (output.ExitCode != 0 || lines.Length == 0)
        {
            return null;
        }

        SandboxProgram[] found = [.. lines.Skip(1).Select(line => line.Split('\t', 3)).Select(parts => new SandboxProgram(parts[0], parts[1], parts[2].Trim()))];
        return new SandboxPrograms(lines[0], found, [.. Wanted.Except(found.Select(program => program.Name))]);
    }

    /// <summary>As <c>doctor</c> prints it.</summary>
    public IEnumerable<string> InLines()
    {
        yield return $"A command in the sandbox finds, on PATH {Path}:";
        foreach (SandboxProgram program in Found)
        {
            yield return $"  {program.Name,-9}{program.Path,-24}{program.Version}";
        }

        if (Absent.Count > 0)
        {
            yield return $"  not there: {string.Join(", ", Absent)}";
            yield return "  What is installed below /usr is there. Name other folders, as in /opt/node-22, under Sandbox:Toolchains in settings.json of the data folder.";
        }
    }
}
