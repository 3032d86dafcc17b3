namespace Microsoft.DurableTask.Client;

/// <summary>What a purge has done.</summary>
public class PurgeResult
{
    /// <summary>Makes a result.</summary>
    /// <param name="count">How many instances are gone.</param>
    public PurgeResult(int count)
        : this(count, null)
    {
    }

    /// <summary>Makes a result.</summary>
    /// <param name="count">How many instances are gone.</param>
    /// <param name="isComplete">Whether no instance is left that should go; null if the hub doesn't say.</param>
    public PurgeResult(int count, bool? isComplete)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        PurgedInstanceCount = count;
        IsComplete = isComplete;
    }

    /// <summary>How many instances are gone.</summary>
    public int PurgedInstanceCount { get; }

    /// <summary>Whether no instance is left that should go; null if the hub doesn't say.</summary>
    public bool? IsComplete { get; }
}
