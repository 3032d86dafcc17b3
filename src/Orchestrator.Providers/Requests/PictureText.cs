namespace Orchestrator.Providers.Requests;

/// <summary>A picture as it stands in a request.</summary>
internal static class PictureText
{
    public static string UrlOf(ReadOnlyMemory<byte> png) => $"data:image/png;base64,{Base64Of(png)}";

    public static string Base64Of(ReadOnlyMemory<byte> png) => Convert.ToBase64String(png.Span);
}
