namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts over with a fresh history.</summary>
public class ContinueAsNewOptions
{
    /// <summary>The input of the next generation.</summary>
    public object? NewInput { get; set; }

    /// <summary>Whether events that nobody has read yet go over to the next generation.</summary>
    public bool PreserveUnprocessedEvents { get; set; } = true;

    /// <summary>The version of the next generation; null or white space keeps the present one.</summary>
    public string? NewVersion { get; set; }
}
