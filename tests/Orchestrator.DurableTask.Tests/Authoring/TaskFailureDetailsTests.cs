using Microsoft.DurableTask;

namespace Orchestrator.DurableTask.Tests.Authoring;

public sealed class TaskFailureDetailsTests
{
    [Fact]
    public void Cause_IsFoundByTypeOrBaseType()
    {
        TaskFailureDetails failure = new("System.IO.FileNotFoundException", "gone", null, null, null);
        TaskFailureDetails own = TaskFailureDetails.FromException(new OwnException());

        Assert.True(failure.IsCausedBy<FileNotFoundException>());
        Assert.True(failure.IsCausedBy<IOException>());
        Assert.False(failure.IsCausedBy<InvalidOperationException>());
        Assert.True(own.IsCausedBy<OwnException>());
        Assert.True(own.IsCausedBy<Exception>());
    }

    [Fact]
    public void UnknownType_IsNoCause() =>
        Assert.False(new TaskFailureDetails("OfAnotherLanguage", "", null, null, null).IsCausedBy<Exception>());

    [Fact]
    public void FailedTaskAmongTheCauses_KeepsItsOwnCause()
    {
        TaskFailureDetails cause = new("type", "root", null, null, null);

        TaskFailureDetails failure = TaskFailureDetails.FromException(
            new InvalidOperationException("outer", new TaskFailedException("Work", 3, cause)));

        Assert.Equal(cause, failure.InnerFailure!.InnerFailure);
    }

    private sealed class OwnException : Exception;
}
