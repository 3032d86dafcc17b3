namespace Orchestrator.Agent.Models;

/// <summary>One answer that is wanted of a model, by as many requests as it takes.</summary>
public sealed class ModelCall(ModelCalls calls) : IDisposable
{
    private bool _isUnderway;

    /// <summary>
    /// A request is about to be sent; none before it is waited for any more. In a process that ends this doesn't come back: whoever is given the
    /// work next sends it.
    /// </summary>
    public Task BeginAsync()
    {
        End();
        _isUnderway = calls.TryBegin();
        return _isUnderway ? Task.CompletedTask : new TaskCompletionSource().Task;
    }

    /// <summary>The request failed, or its answer is kept, or can be had from the provider without being paid again.</summary>
    public void End()
    {
        if (_isUnderway)
        {
            _isUnderway = false;
            calls.End();
        }
    }

    public void Dispose() => End();
}
