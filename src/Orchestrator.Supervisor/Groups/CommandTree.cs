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

    /// <summary>
    /// The memory that the processes have, but for what belongs to files: their own, and what they share without a file, once. That it is once
    /// takes the kernel a look at every page, so it is found out only of those that seem to have too much.
    /// </summary>
    /// <param name="processes">The processes.</param>
    /// <param name="enough">What is of no interest below it: the sum may count shared pages several times then.</param>
    public static long MemoryOf(IReadOnlyList<int> processes, long enough)
    {
        long most = processes.Sum(SeemingMemoryOf);
        return most <= enough ? most : processes.Sum(process => Kilobytes($"/proc/{process}/smaps_rollup", "Pss_Anon:", "Pss_Shmem:") ?? SeemingMemoryOf(process));
    }

    private static long SeemingMemoryOf(int process) => Kilobytes($"/proc/{process}/status", "RssAnon:", "RssShmem:") ?? 0;

    /// <returns>The sum in bytes; null where the kernel doesn't say.</returns>
    private static long? Kilobytes(string path, params string[] names)
    {
        long? sum = null;
        foreach (string line in Text(path).Split('\n'))
        {
            string[] parts = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (parts is [var name, var value, "kB"] && Array.IndexOf(names, name) >= 0)
            {
                sum = (sum ?? 0) + (long.Parse(value, CultureInfo.InvariantCulture) << 10);
            }
        }

        return sum;
    }

    /// <summary>What the processes, and those that they have waited for, have written to disks; null where the kernel doesn't say.</summary>
    public static long? WrittenBy(IReadOnlyList<int> processes)
    {
        const string Field = "write_bytes: ";
        long? sum = null;
        foreach (int process in processes)
        {
            foreach (string line in Text($"/proc/{process}/io").Split('\n'))
            {
                if (line.StartsWith(Field, StringComparison.Ordinal))
                {
                    sum = (sum ?? 0) + long.Parse(line.AsSpan(Field.Length), CultureInfo.InvariantCulture);
                }
            }
        }

        return sum;
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
