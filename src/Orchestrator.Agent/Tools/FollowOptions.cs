using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Orchestrator.Agent.Tools;

/// <summary>How commands are followed, those of tool calls and those of verifications.</summary>
public sealed class FollowOptions
{
    public const string Section = "Agent:Follow";

    /// <summary>How long one activity follows a command; no activity outlives a host's limit, longer commands are followed by several.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Slice { get; set; } = TimeSpan.FromMinutes(4);

    /// <summary>Longer than any command may run: after that it is a bug that there is still something to follow.</summary>
    internal static TimeSpan Longest { get; } = TimeSpan.FromDays(8);
}

[OptionsValidator]
internal sealed partial class FollowOptionsValidator : IValidateOptions<FollowOptions>;
