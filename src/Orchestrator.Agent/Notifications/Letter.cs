namespace Orchestrator.Agent.Notifications;

/// <summary>One message, as every channel gets it; its texts are plain, redacted and bounded, and each channel escapes them as its form wants it.</summary>
/// <param name="Key">The same when it is sent again: receivers drop the second.</param>
/// <param name="Recipient">A mail address; empty where the channel itself is the recipient.</param>
/// <param name="Subject">One line.</param>
/// <param name="At">When the newest of it happened.</param>
/// <param name="Passages">What it tells; several in a digest.</param>
public sealed record Letter(string Key, string Recipient, string Subject, DateTimeOffset At, IReadOnlyList<Passage> Passages);

/// <summary>What a letter says of one notice.</summary>
/// <param name="Notice">The notice.</param>
/// <param name="Title">One line.</param>
/// <param name="Lines">More about it.</param>
/// <param name="Link">Where to look at it after signing in; null where no address of the server is configured.</param>
public sealed record Passage(Notice Notice, string Title, IReadOnlyList<string> Lines, Uri? Link);
