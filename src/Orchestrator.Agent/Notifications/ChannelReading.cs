using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Agent.Secrets;

namespace Orchestrator.Agent.Notifications;

/// <summary>Reads channels from settings, and says what is wrong with them by place.</summary>
internal static partial class ChannelReading
{
    private const string Kinds = "email, slack, teams, webhook";

    /// <param name="options">The channel as settings have it.</param>
    /// <param name="place">Where it stands there.</param>
    /// <param name="faults">What is wrong is added here.</param>
    public static Channel Read(ChannelOptions options, string place, ICollection<string> faults)
    {
        if (!NameForm().IsMatch(options.Name))
        {
            faults.Add($"{place}:Name in settings.json: '{options.Name}' must be 1 to 40 letters, digits, dots, dashes or underscores.");
        }

        ChannelKind? kind = options.Kind switch
        {
            "email" => ChannelKind.Email,
            "slack" => ChannelKind.Slack,
            "teams" => ChannelKind.Teams,
            "webhook" => ChannelKind.Webhook,
            _ => null,
        };
        if (kind is null)
        {
            faults.Add($"{place}:Kind in settings.json: '{options.Kind}' is none of {Kinds}.");
        }

        CheckTarget(options, kind, place, faults);
        NoticeKind[] events = [.. ReadKinds(options.Events, $"{place}:Events", faults)];
        return new Channel
        {
            Name = options.Name,
            Kind = kind ?? ChannelKind.Webhook,
            To = [.. options.To],
            UrlVariable = options.UrlEnv,
            SecretVariable = options.SecretEnv,
            Events = options.Events.Count == 0 ? NoticeKindWords.All : events,
            Tenants = [.. options.Tenants],
            Hours = ReadHours(options.Hours, $"{place}:Hours", faults),
        };
    }

    public static bool IsAddress(string text) => AddressForm().IsMatch(text);

    private static void CheckTarget(ChannelOptions options, ChannelKind? kind, string place, ICollection<string> faults)
    {
        bool isMail = kind == ChannelKind.Email;
        foreach (string address in options.To.Where(address => !IsAddress(address)))
        {
            faults.Add($"{place}:To in settings.json: '{address}' is no mail address, as in ops@example.com.");
        }

        if (isMail && options.To.Count == 0)
        {
            faults.Add($"{place}:To in settings.json is missing: name an address for what nobody else is known for.");
        }

        if (kind is not null && isMail != (options.UrlEnv is null))
        {
            faults.Add(isMail ? $"{place}:UrlEnv in settings.json is for hooks; leave it out." : $"{place}:UrlEnv in settings.json is missing: name the environment variable with the hook's address.");
        }

        foreach ((string key, string? variable) in new[] { ("UrlEnv", options.UrlEnv), ("SecretEnv", options.SecretEnv) })
        {
            if (variable is not null && !SecretVariables.IsName(variable))
            {
                faults.Add($"{place}:{key} in settings.json must be the name of an environment variable, as in HOOK_SECRET; addresses and secrets of hooks don't belong in files.");
            }
        }

        if ((kind == ChannelKind.Webhook) != (options.SecretEnv is not null) && kind is not null)
        {
            faults.Add(kind == ChannelKind.Webhook
                ? $"{place}:SecretEnv in settings.json is missing: name the environment variable with the key that it is signed by."
                : $"{place}:SecretEnv in settings.json is for the kind webhook; leave it out.");
        }
    }

    private static IEnumerable<NoticeKind> ReadKinds(IEnumerable<string> words, string place, ICollection<string> faults)
    {
        foreach (string word in words)
        {
            if (NoticeKindWords.Read(word) is { } kind)
            {
                yield return kind;
            }
            else
            {
                faults.Add($"{place} in settings.json: '{word}' is none of {string.Join(", ", NoticeKindWords.All.Select(one => one.Word()))}.");
            }
        }
    }

    private static ChannelHours ReadHours(HoursOptions options, string place, ICollection<string> faults)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.Zone, out TimeZoneInfo? zone))
        {
            faults.Add($"{place}:Zone in settings.json: '{options.Zone}' is no time zone of this machine, as in Europe/Berlin; where even that is unknown, install tzdata.");
        }

        TimeOnly? from = ReadTime(options.QuietFrom, $"{place}:QuietFrom", faults);
        TimeOnly? to = ReadTime(options.QuietTo, $"{place}:QuietTo", faults);
        if ((options.QuietFrom is null) != (options.QuietTo is null) || (from is not null && from == to))
        {
            faults.Add($"{place}:QuietFrom and QuietTo in settings.json belong together and differ.");
        }

        NoticeKind[] urgent = [.. ReadKinds(options.Urgent, $"{place}:Urgent", faults)];
        return new ChannelHours(
            zone ?? TimeZoneInfo.Utc, from is { } begins && to is { } ends ? (begins, ends) : null, urgent, ReadTime(options.DigestAt, $"{place}:DigestAt", faults));
    }

    private static TimeOnly? ReadTime(string? text, string place, ICollection<string> faults)
    {
        if (text is null)
        {
            return null;
        }

        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out TimeOnly time))
        {
            return time;
        }

        faults.Add($"{place} in settings.json: '{text}' is no time of day, as in 07:30.");
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,40}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex AddressForm();
}
