using System.Globalization;

namespace Orchestrator.Supervisor.Groups;

/// <summary>The processes of a sandbox: the first one, and all that it and they have started. Who loses a parent gets the first one.</summary>
internal static class CommandTree
{
    /// <summary>The processes there are, the first one included; those that end while one looks may be missing.</summary>
    public static IReadOnlyList<int> Of(int first)
    {
        List<int> found = [first];
        for (int at = 0; at < found.Count; at++)
        {
            foreach (string thread in Tasks(found[at]))
            {
                foreach (string child in Text($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    found.Add(int.Parse(child, CultureInfo.InvariantCulture));
                }
            }
        }

        return found;
    }

    /// <summary>The memory that the processes have, but for what belongs to files.</summary>
    public static long MemoryOf(IReadOnlyList<int> processes)
    {
        long pages = 0;
        foreach (int process in processes)
        {
            // Size, resident, and shared of it: what is resident and not shared is its own.
            string[] fields = Text($"/proc/{process}/statm").Split(' ');
            if (fields.Length > 2)
            {
                pages += long.Parse(fields[1], CultureInfo.InvariantCulture) - long.Parse(fields[2], CultureInfo.InvariantCulture);
            }
        }

        return pages * Environment.SystemPageSize;
    }

    private static string[] Tasks(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended.
        }
    }
}
