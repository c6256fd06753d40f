using System.Text;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Texts planted into files, all with one stem, so that one search finds whatever survived.</summary>
internal static class Planted
{
    private const string Stem = "planted-secret-";

    public static byte[] Text(string where) => Encoding.ASCII.GetBytes($"{Stem}{where}\0");

    /// <summary>True when a planted text is anywhere in the bytes.</summary>
    public static bool IsIn(ReadOnlySpan<byte> file) => file.IndexOf(Encoding.ASCII.GetBytes(Stem)) >= 0;
}
