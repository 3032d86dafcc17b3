namespace Orchestrator.CodeHosts.Wires;

/// <summary>The address of a code host, as settings name it.</summary>
internal static class HostAddress
{
    /// <summary>Whether a host can be asked there: protected, or on this machine, and by nothing but the address. What is none may hold a password, and is not shown.</summary>
    public static bool IsOne(Uri url) => url.IsAbsoluteUri
        && (url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback))
        && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;
}
