using System.Globalization;
using System.Text;

namespace Orchestrator.Testing.Processes;

/// <summary>Finds what processes have left behind on this machine.</summary>
public static class RelatedProcesses
{
    /// <summary>The processes whose command line names a folder or anything in it, and the children of some processes, ended ones that nobody has taken note of too.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="parents">The processes, which are no part of the answer.</param>
    /// <returns>Each with its id and command line.</returns>
    public static IReadOnlyList<string> Of(string folder, IReadOnlyCollection<int> parents)
    {
        List<string> found = [];
        foreach (string process in Directory.EnumerateDirectories("/proc").Where(process => char.IsAsciiDigit(Path.GetFileName(process)[0])))
        {
            int id = int.Parse(Path.GetFileName(process), CultureInfo.InvariantCulture);
            try
            {
                string commandLine = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(process, "cmdline"))).Replace('\0', ' ').TrimEnd();
                if (!parents.Contains(id) && (commandLine.Contains(folder, StringComparison.Ordinal) || parents.Contains(ParentOf(process))))
                {
                    found.Add($"{id} {(commandLine.Length == 0 ? "(ended)" : commandLine)}");
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return found;
    }

    // After the name in brackets come the state and the parent.
    private static int ParentOf(string process)
    {
        string status = File.ReadAllText(Path.Combine(process, "stat"));
        return int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
