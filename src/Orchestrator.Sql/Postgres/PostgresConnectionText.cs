using Npgsql;

namespace Orchestrator.Sql.Postgres;

/// <summary>Reads what people write to say where a PostgreSQL database is: keys and values, or a URL.</summary>
public static class PostgresConnectionText
{
    private static readonly string[] Schemes = ["postgres", "postgresql"];

    /// <summary>Whether it holds a password: whoever sees the text knows it.</summary>
    /// <exception cref="ArgumentException">It cannot be read.</exception>
    public static bool ShowsPassword(string text) => !string.IsNullOrEmpty(Read(text).Password);

    /// <exception cref="ArgumentException">It cannot be read.</exception>
    internal static NpgsqlConnectionStringBuilder Read(string text)
    {
        try
        {
            NpgsqlConnectionStringBuilder builder = Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && Schemes.Contains(url.Scheme)
                ? OfUrl(url)
                : new NpgsqlConnectionStringBuilder(text);
            return string.IsNullOrEmpty(builder.Host) ? throw new ArgumentException("It names no host.") : builder;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Its text is not repeated: it may hold a password.
            throw new ArgumentException(
                "The PostgreSQL connection cannot be read: say Host=NAME;Database=NAME;Username=NAME or postgres://USER@HOST:PORT/DATABASE.");
        }
    }

    private static NpgsqlConnectionStringBuilder OfUrl(Uri url)
    {
        string[] user = url.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder { Host = Uri.UnescapeDataString(url.Host) };
        if (url.Port > 0)
        {
            builder.Port = url.Port;
        }

        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        if (url.AbsolutePath.Length > 1)
        {
            builder.Database = Uri.UnescapeDataString(url.AbsolutePath[1..]);
        }

        foreach (string[] option in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Split('=', 2)))
        {
            // libpq writes sslmode=verify-full where the driver has SSL Mode=VerifyFull.
            string value = Uri.UnescapeDataString(option[^1]);
            builder[option[0] == "sslmode" ? "SSL Mode" : Uri.UnescapeDataString(option[0])] =
                option[0] == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }

        return builder;
    }
}
