namespace Orchestrator.Storage.RunFiles;

/// <summary>A file of a run as it was kept.</summary>
/// <param name="Name">Its folder, and its path in it.</param>
/// <param name="Hash">SHA-256 of its content, lower-case hexadecimal.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">When it was changed last, in ticks; <see cref="Unsettled"/> if that doesn't tell it from a later change.</param>
internal sealed record RunFile(string Name, string Hash, long Length, long Modified)
{
    public const long Unsettled = 0;

    /// <summary>It is what lies there now, as far as length and time can tell.</summary>
    public bool LooksLike(long length, long modified) => Length == length && Modified == modified && Modified != Unsettled;
}
