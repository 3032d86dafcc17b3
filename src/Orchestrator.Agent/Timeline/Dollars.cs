using System.Globalization;

namespace Orchestrator.Agent.Timeline;

/// <summary>Money for people: with as many digits as small sums need.</summary>
public static class Dollars
{
    /// <returns>As in <c>$12.50</c>, <c>$4.9876</c> or <c>$0.0109</c>.</returns>
    public static string Of(decimal usd) => usd.ToString(
        usd switch
        {
            < 0.001m => "$0.0000##",
            < 1 => "$0.0000",
            _ => "$0.00##",
        },
        CultureInfo.InvariantCulture);

    /// <summary>For sums that nobody knows to the cent.</summary>
    /// <returns>As in <c>$5.30</c>, <c>$0.12</c> or <c>$0.0031</c>.</returns>
    public static string About(decimal usd) => usd.ToString(usd < 0.1m ? "$0.0000" : "$0.00", CultureInfo.InvariantCulture);
}
