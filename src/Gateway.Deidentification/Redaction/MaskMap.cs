using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>The blocks of 16 x 16 pixels of a frame that are masked.</summary>
public sealed class MaskMap(int width, int height)
{
    private readonly int _columns = (width + 15) / 16;
    private readonly bool[] _blocks = new bool[((width + 15) / 16) * ((height + 15) / 16)];

    /// <summary>Masked share of the frame, 0 to 1.</summary>
    public double CoverageShare => (double)_blocks.Count(block => block) / _blocks.Length;

    /// <summary>True when nothing is masked.</summary>
    public bool IsEmpty => !_blocks.Contains(true);

    /// <summary>True where the block of this pixel is masked.</summary>
    public bool Contains(int x, int y) => _blocks[((y / 16) * _columns) + (x / 16)];

    /// <summary>Masks a region with its margins, rounded out to blocks; the answer is the mask clipped to the frame.</summary>
    public PixelRect Add(RegionBox box, float extraMarginPx)
    {
        var (halfWidth, halfHeight) = ((box.Width * 0.75f) + extraMarginPx, (box.Height * 0.85f) + extraMarginPx);
        var centerY = box.CenterY - (0.1f * box.Height);
        var rect = new PixelRect(
            Down(box.CenterX - halfWidth), Down(centerY - halfHeight), Up(box.CenterX + halfWidth), Up(centerY + halfHeight)).ClipTo(width, height);
        for (var y = rect.Top; y < rect.Bottom; y += 16)
        {
            for (var x = rect.Left; x < rect.Right; x += 16)
            {
                _blocks[((y / 16) * _columns) + (x / 16)] = true;
            }
        }

        return rect;
    }

    private static int Down(float value) => (int)Math.Floor(Math.Clamp(value, -1e6f, 1e6f) / 16) * 16;

    private static int Up(float value) => (int)Math.Ceiling(Math.Clamp(value, -1e6f, 1e6f) / 16) * 16;
}
