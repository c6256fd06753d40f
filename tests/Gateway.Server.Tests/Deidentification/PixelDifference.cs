using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>How much two pictures differ.</summary>
internal static class PixelDifference
{
    /// <summary>Mean difference of a colour channel over the pixels of a box, 0 to 255.</summary>
    public static double Within(RegionBox box, PixelImage first, PixelImage second)
    {
        var (sum, count) = (0L, 0L);
        for (var y = (int)box.Y; y < (int)box.Bottom; y++)
        {
            for (var x = (int)box.X; x < (int)box.Right; x++)
            {
                var at = 4 * ((y * first.Width) + x);
                for (var channel = 0; channel < 3; channel++)
                {
                    sum += Math.Abs(first.Bytes[at + channel] - second.Bytes[at + channel]);
                    count++;
                }
            }
        }

        return (double)sum / count;
    }
}
