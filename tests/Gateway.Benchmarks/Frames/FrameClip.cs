using System.Numerics;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;

namespace Gateway.Benchmarks.Frames;

/// <summary>
/// Drawn frames of 1280 x 720, as JPEG files of quality 85 with quarter colour and as I420, the same for every contender. The files have the
/// standard's Huffman tables, as those of cameras and of most encoders; the same pictures with tables made for each are there as well.
/// </summary>
internal sealed class FrameClip
{
    public const int Width = 1280;
    public const int Height = 720;

    private static readonly Vector3[] Skins = [new(225, 180, 150), new(170, 120, 90), new(120, 80, 60), new(235, 190, 160)];
    private static readonly Vector3[] Hairs = [new(60, 40, 30), new(20, 20, 20), new(12, 10, 10), new(150, 110, 60)];
    private static readonly Vector3[] Clothes = [new(40, 60, 90), new(96, 52, 60), new(52, 92, 108), new(60, 84, 62)];

    private FrameClip(string name, DrawnScene scene, int frames)
    {
        Name = name;
        var codec = new SkiaStillCodec();
        for (var number = 0; number < frames; number++)
        {
            using var drawn = scene.Frame(number * 3);
            OwnTables.Add(codec.Encode(drawn.Image, new StillTraits(StillFormat.Jpeg) { JpegQuality = 85 }));
            Jpegs.Add(WithStandardTables(OwnTables[^1]));
            I420.Add(ToI420(drawn.Image));
        }
    }

    public string Name { get; }

    public List<byte[]> Jpegs { get; } = [];

    /// <summary>The pictures of <see cref="Jpegs"/>, coefficient by coefficient, with Huffman tables made for each picture.</summary>
    public List<byte[]> OwnTables { get; } = [];

    public List<byte[]> I420 { get; } = [];

    /// <summary>Two faces, 180 and 130 pixels high.</summary>
    public static FrameClip TwoFaces(int frames) => new("two faces a frame", new DrawnScene(Width, Height, [Face(0, 420, 330, 90), Face(1, 880, 360, 65)]), frames);

    /// <summary>Fifty faces of 36 to 52 pixels, in five rows.</summary>
    public static FrameClip FiftyFaces(int frames) => new(
        "fifty faces a frame",
        new DrawnScene(Width, Height, Enumerable.Range(0, 50).Select(at => Face(at, 70 + (126 * (at % 10)), 76 + (142 * (at / 10)), 18 + (at * 7 % 9)))),
        frames);

    private static byte[] WithStandardTables(byte[] file)
    {
        if (JpegPicture.TryOpen(file, out var image) != JpegOutcome.Opened)
        {
            throw new InvalidOperationException("a drawn frame was not opened at its coefficients");
        }

        using (image)
        {
            return new JpegSplicer().Write(image!.Jpeg!, image, image.Jpeg!.Dirty, keepsTables: false).ToArray();
        }
    }

    private static DrawnFace Face(int at, float x, float y, float size) => new(x, y, size, Skins[at % 4], Hairs[(at / 2) % 4], Clothes[(at / 3) % 4]);

    /// <summary>BT.601 in video range, which is how raw frames are read.</summary>
    private static byte[] ToI420(PixelImage image)
    {
        var bytes = new byte[PixelImage.LengthOf(PixelLayout.I420, Width, Height)];
        var (blueAt, redAt) = (Width * Height, Width * Height * 5 / 4);
        for (var y = 0; y < Height; y++)
        {
            var row = image.Bytes.Slice(4 * y * Width, 4 * Width);
            for (var x = 0; x < Width; x++)
            {
                var (blue, green, red) = (row[4 * x], row[(4 * x) + 1], row[(4 * x) + 2]);
                bytes[(y * Width) + x] = (byte)(16 + (((66 * red) + (129 * green) + (25 * blue)) >> 8));
                if (x % 2 == 0 && y % 2 == 0)
                {
                    bytes[blueAt++] = (byte)(128 + (((-38 * red) - (74 * green) + (112 * blue)) >> 8));
                    bytes[redAt++] = (byte)(128 + (((112 * red) - (94 * green) - (18 * blue)) >> 8));
                }
            }
        }

        return bytes;
    }
}
