using System.Drawing;

namespace Orchestrator.Tools.Computer;

/// <summary>How large the picture of a screen is that a model is shown, and where its points lie on the screen.</summary>
/// <remarks>Providers make larger pictures smaller without a word, and then a model's coordinates are those of a picture that nobody has.</remarks>
internal sealed record ScreenScale(Size Screen)
{
    private const double LongestEdge = 1568;
    private const double MostPoints = 1_150_000;

    /// <summary>The picture's size; the screen's, if that is not too large.</summary>
    public Size Shown { get; } = Fit(Screen);

    /// <returns>The point in the middle of what a point of the picture shows.</returns>
    public Point ToScreen(Point shown) => Shown == Screen
        ? shown
        : new(
            Math.Min((int)((shown.X + 0.5) * Screen.Width / Shown.Width), Screen.Width - 1),
            Math.Min((int)((shown.Y + 0.5) * Screen.Height / Shown.Height), Screen.Height - 1));

    public Point ToShown(Point screen) => new(screen.X * Shown.Width / Screen.Width, screen.Y * Shown.Height / Screen.Height);

    /// <summary>The size that a picture of this size is shown in.</summary>
    public static Size Fit(Size size)
    {
        double scale = Math.Min(
            1,
            Math.Min(LongestEdge / Math.Max(size.Width, size.Height), Math.Sqrt(MostPoints / ((double)size.Width * size.Height))));
        return new Size(Math.Max(1, (int)(size.Width * scale)), Math.Max(1, (int)(size.Height * scale)));
    }
}
