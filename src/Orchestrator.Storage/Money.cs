namespace Orchestrator.Storage;

/// <summary>Dollars as whole billionths, which add up without loss.</summary>
internal static class Money
{
    private const decimal Nano = 1_000_000_000m;

    public static long ToNano(decimal usd) => (long)decimal.Round(usd * Nano);

    public static decimal ToUsd(long nano) => nano / Nano;
}
