using System.Globalization;

namespace Orchestrator.Tools.Sandbox;

/// <summary>What of the kernel decides whether there can be a sandbox; null where a kernel has no such setting.</summary>
/// <param name="MostNamespaces">How many user namespaces there may be.</param>
/// <param name="NamespacesForAll">1 if not only root may make them.</param>
/// <param name="AppArmorForbids">1 if AppArmor forbids them to programs without a profile.</param>
/// <param name="IsRoot">This process is root's.</param>
internal sealed record KernelSettings(int? MostNamespaces, int? NamespacesForAll, int? AppArmorForbids, bool IsRoot)
{
    public static KernelSettings Here() => new(
        Setting("/proc/sys/user/max_user_namespaces"),
        Setting("/proc/sys/kernel/unprivileged_userns_clone"),
        Setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
        Environment.IsPrivilegedProcess);

    private static int? Setting(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out int value) ? value : null;
}

/// <summary>Why the sandbox can't be set up here, and the command that mends it.</summary>
internal static class SandboxCheck
{
    /// <returns>Null if nothing is missing that can be seen without trying.</returns>
    public static string? Missing(SandboxOptions options, KernelSettings kernel)
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

        if (options.Caches.FirstOrDefault(cache => !Directory.Exists(cache.Folder)) is { } cache)
        {
            return $"The cache folder {cache.Folder} does not exist. Create it, or remove it from Sandbox:Caches.";
        }

        return kernel.MostNamespaces == 0
            ? "User namespaces are switched off. Allow them: sudo sysctl -w user.max_user_namespaces=15000"
            : null;
    }

    /// <summary>Explains why a trial failed, by what the machine is set to.</summary>
    public static string Explain(string error, KernelSettings kernel)
    {
        string said = error.Trim();
        if (said.Contains("Unknown option", StringComparison.OrdinalIgnoreCase))
        {
            return $"The sandbox program is too old; bubblewrap 0.8 or newer is needed. It said: {said}";
        }

        if (!kernel.IsRoot && kernel.NamespacesForAll == 0)
        {
            return $"User namespaces are reserved for root. Allow them: sudo sysctl -w kernel.unprivileged_userns_clone=1. It said: {said}";
        }

        // AppArmor lets the namespace be made and takes its rights away: the first thing to fail then is the loopback's address.
        if (!kernel.IsRoot && (kernel.AppArmorForbids == 1 || said.Contains("RTM_NEWADDR", StringComparison.Ordinal)))
        {
            return "AppArmor forbids user namespaces to ordinary programs. Allow them: "
                + $"sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or give bubblewrap a profile with 'userns,'. It said: {said}";
        }

        return "The sandbox could not be set up; in a container, run it with user namespaces permitted "
            + $"(for Docker: --security-opt seccomp=unconfined --security-opt systempaths=unconfined). It said: {said}";
    }
}
