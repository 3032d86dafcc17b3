using System.Globalization;
using Orchestrator.Agent.Stores;
using Orchestrator.Agent.Tasks;

namespace Orchestrator.Agent.People;

/// <summary>Reads <c>people.yaml</c> of the data folder, anew whenever it is asked: who was taken off decides nothing from then on.</summary>
public sealed class RosterFile(DataFolder data)
{
    private const string Name = "people.yaml";

    /// <exception cref="PeopleFileException">The file is wrong.</exception>
    public async Task<Roster> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return File.Exists(data.People) ? Parse(await File.ReadAllTextAsync(data.People, cancellationToken)) : new Roster();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new PeopleFileException([$"{data.People}: the file can't be read: {failure.Message}"]);
        }
    }

    /// <exception cref="PeopleFileException">It is wrong.</exception>
    internal static Roster Parse(string text)
    {
        List<string> errors = [];
        Roster roster = new();
        if (YamlPlace.Root(text, Name, errors) is { } root && root.Children("people", "delegations", "others") is { } keys)
        {
            Person[] people = keys.TryGetValue("people", out YamlPlace? list) ? [.. list.Items().Select(ReadPerson).OfType<Person>()] : [];
            if (people.GroupBy(person => person.Subject).FirstOrDefault(same => same.Count() > 1) is { } twice)
            {
                list!.Fail($"the person '{twice.Key}' stands there twice; list each once.");
            }

            roster = new Roster
            {
                IsKept = true,
                People = people,
                Delegations = keys.TryGetValue("delegations", out YamlPlace? delegations)
                    ? [.. delegations.Items().Select(item => ReadDelegation(item, people)).OfType<Delegation>()] : [],
                HasOthers = keys.GetValueOrDefault("others")?.Flag() ?? false,
            };
        }

        return errors.Count == 0 ? roster : throw new PeopleFileException(errors);
    }

    private static Person? ReadPerson(YamlPlace place)
    {
        if (place.Children("name", "subject", "roles", "teams") is not { } keys || place.Required(keys, "name", "how they are called")?.Text() is not { } name)
        {
            return null;
        }

        return new Person(keys.GetValueOrDefault("subject")?.Text() ?? name, name)
        {
            Roles = keys.GetValueOrDefault("roles")?.Texts() ?? [],
            Teams = keys.GetValueOrDefault("teams")?.Texts() ?? [],
        };
    }

    private static Delegation? ReadDelegation(YamlPlace place, Person[] people)
    {
        if (place.Children("from", "to", "starts", "ends") is not { } keys)
        {
            return null;
        }

        string? from = Listed(place.Required(keys, "from", "whose decisions"), people);
        string? to = place.Required(keys, "to", "who takes them")?.Text();
        DateOnly? starts = Day(place.Required(keys, "starts", "the first day, as in 2026-05-01"));
        DateOnly? ends = Day(place.Required(keys, "ends", "the last day, as in 2026-05-15"));
        if (ends < starts)
        {
            place.Fail($"'{place.Key}' ends before it starts.");
        }

        if (from is not null && from == to)
        {
            place.Fail($"'{place.Key}' delegates to the same person.");
        }

        return from is null || to is null || starts is null || ends is null
            ? null
            : new Delegation(from, people.FirstOrDefault(person => person.Name == to)?.Subject ?? to, starts.Value, ends.Value);
    }

    /// <summary>Whoever delegates must be listed: what they may decide is known from there alone.</summary>
    private static string? Listed(YamlPlace? place, Person[] people)
    {
        if (place?.Text() is not { } called)
        {
            return null;
        }

        Person? person = people.FirstOrDefault(person => person.Subject == called || person.Name == called);
        if (person is null)
        {
            place.Fail($"'{place.Key}': '{called}' is not among the people; list them, with their roles.");
        }

        return person?.Subject;
    }

    private static DateOnly? Day(YamlPlace? place)
    {
        if (place?.Text() is not { } text)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
        {
            return day;
        }

        place.Fail($"'{place.Key}' must be a day, as in 2026-05-01; it is '{text}'.");
        return null;
    }
}
