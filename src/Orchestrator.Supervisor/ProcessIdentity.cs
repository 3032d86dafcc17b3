using System.Globalization;

namespace Orchestrator.Supervisor;

/// <summary>A process, told from a later one with the same id by when the kernel started it.</summary>
internal readonly record struct ProcessIdentity(int Id, ulong Start)
{
    /// <summary>It has not ended yet. The first process of a namespace ends after all the others in it.</summary>
    public bool IsAlive
    {
        get
        {
            string[] fields = Fields(Id);
            return fields.Length > 0 && fields[0] is not ("Z" or "X") && StartIn(fields) == Start;
        }
    }

    /// <returns>The kernel's ticks; 0 if there is no such process.</returns>
    public static ulong StartOf(int id) => StartIn(Fields(id));

    public static ProcessIdentity Parse(string text)
    {
        string[] parts = text.Split(' ');
        return new(int.Parse(parts[0], CultureInfo.InvariantCulture), ulong.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{Id} {Start}";

    // The start is field 22, the 20th after the program's name, which stands in brackets and may itself hold blanks and brackets.
    private static ulong StartIn(string[] fields) => fields.Length > 19 ? ulong.Parse(fields[19], CultureInfo.InvariantCulture) : 0;

    private static string[] Fields(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }
}
