namespace Orchestrator.Agent.Tasks;

/// <summary>Finds what somebody probably meant by a misspelt name.</summary>
public static class NearestName
{
    /// <returns>The nearest candidate by edit distance, or null if none is near.</returns>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        (string? Name, int Distance) best = (null, int.MaxValue);
        foreach (string candidate in candidates)
        {
            int distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < best.Distance)
            {
                best = (candidate, distance);
            }
        }

        return best.Distance <= Math.Max(2, name.Length / 3) ? best.Name : null;
    }

    /// <returns>How many letters have to be inserted, deleted or replaced to turn one word into the other.</returns>
    public static int Distance(string left, string right)
    {
        int[] previous = [.. Enumerable.Range(0, right.Length + 1)];
        for (int row = 1; row <= left.Length; row++)
        {
            int[] current = new int[right.Length + 1];
            current[0] = row;
            for (int column = 1; column <= right.Length; column++)
            {
                int substitution = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
                current[column] = Math.Min(substitution, Math.Min(previous[column], current[column - 1]) + 1);
            }

            previous = current;
        }

        return previous[right.Length];
    }
}
