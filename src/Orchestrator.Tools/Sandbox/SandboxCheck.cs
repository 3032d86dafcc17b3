using System.Globalization;

namespace Orchestrator.Tools.Sandbox;

/// <summary>Why the sandbox can't be set up here, and the command that mends it.</summary>
internal static class SandboxCheck
{
    private const string UserNamespaceLimit = "/proc/sys/user/max_user_namespaces";
    private const string UserNamespaceSwitch = "/proc/sys/kernel/unprivileged_userns_clone";
    private const string AppArmorSwitch = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

    /// <returns>Null if nothing is missing that can be seen without trying.</returns>
    public static string? Missing(SandboxOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Commands run only on Linux: the sandbox is made of Linux namespaces. On Windows use WSL2; elsewhere connect a Linux worker.";
        }

        if (!File.Exists(options.Bubblewrap))
        {
            return $"The sandbox program {options.Bubblewrap} is missing. Install it: sudo apt-get install bubblewrap";
        }

        if (options.Toolchains.FirstOrDefault(folder => !Directory.Exists(folder)) is { } toolchain)
        {
            return $"The toolchain folder {toolchain} does not exist. Create it, or remove it from Sandbox:Toolchains.";
        }

        return Setting(UserNamespaceLimit) == 0
            ? "User namespaces are switched off. Allow them: sudo sysctl -w user.max_user_namespaces=15000"
            : null;
    }

    /// <summary>Explains why a trial failed, by what the machine is set to.</summary>
    public static string Explain(string error)
    {
        string said = error.Trim();
        if (said.Contains("Unknown option", StringComparison.OrdinalIgnoreCase))
        {
            return $"The sandbox program is too old; bubblewrap 0.8 or newer is needed. It said: {said}";
        }

        if (!Environment.IsPrivilegedProcess && Setting(UserNamespaceSwitch) == 0)
        {
            return $"User namespaces are reserved for root. Allow them: sudo sysctl -w kernel.unprivileged_userns_clone=1. It said: {said}";
        }

        if (!Environment.IsPrivilegedProcess && Setting(AppArmorSwitch) == 1)
        {
            return "AppArmor forbids user namespaces to ordinary programs. Allow them: "
                + $"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0. It said: {said}";
        }

        return "The sandbox could not be set up; in a container, run it with user namespaces permitted "
            + $"(for Docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined). It said: {said}";
    }

    private static int? Setting(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out int value) ? value : null;
}
