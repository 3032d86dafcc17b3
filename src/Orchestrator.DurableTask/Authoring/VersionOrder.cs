namespace Microsoft.DurableTask;

/// <summary>The order of versions: nothing before something, numbers as numbers, all else as text without regard to case.</summary>
internal static class VersionOrder
{
    public static int Compare(string? left, string? right)
    {
        bool leftIsEmpty = string.IsNullOrWhiteSpace(left);
        bool rightIsEmpty = string.IsNullOrWhiteSpace(right);
        if (leftIsEmpty || rightIsEmpty)
        {
            return rightIsEmpty.CompareTo(leftIsEmpty);
        }

        return Version.TryParse(left, out Version? leftNumber) && Version.TryParse(right, out Version? rightNumber)
            ? leftNumber.CompareTo(rightNumber)
            : string.Compare(left, right, StringComparison.OrdinalIgnoreCase);
    }
}
