using Microsoft.Extensions.Logging;

namespace Orchestrator.Server.SignIn;

internal static partial class Log
{
    [LoggerMessage(7100, LogLevel.Information, "{Subject} signed in")]
    public static partial void SignedIn(ILogger logger, string subject);

    [LoggerMessage(7101, LogLevel.Warning, "An attempt to sign in from {Address} failed")]
    public static partial void SignInFailed(ILogger logger, string address);
}
