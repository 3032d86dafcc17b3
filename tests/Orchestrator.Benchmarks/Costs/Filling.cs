using System.Text;

namespace Orchestrator.Benchmarks.Costs;

/// <summary>Texts of a certain length, no two alike: what is not the same may not be found in a cache.</summary>
internal static class Filling
{
    public static string Of(string name, int bytes)
    {
        var text = new StringBuilder(bytes + name.Length);
        for (int line = 1; text.Length < bytes; line++)
        {
            text.Append($"{name}, line {line}: nothing was changed here. ");
        }

        return text.ToString(0, bytes);
    }
}
