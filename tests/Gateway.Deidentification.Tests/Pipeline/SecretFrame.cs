using System.Buffers.Binary;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Pipeline;

/// <summary>
/// A frame whose every row piece is recognisable: a noisy background and, in its middle, a noisy "face". The frame's number is written
/// into its last pixels, far from the face, so that a scripted detector knows which frame it sees.
/// </summary>
internal sealed class SecretFrame
{
    public const int Width = 320;
    public const int Height = 240;

    public static readonly RegionBox Face = new(130, 100, 48, 48);

    private SecretFrame(PixelLayout layout, byte[] bytes) => (Layout, Bytes) = (layout, bytes);

    public PixelLayout Layout { get; }

    public byte[] Bytes { get; }

    public static SecretFrame Of(int number, PixelLayout layout = PixelLayout.Bgra32)
    {
        var bytes = new byte[PixelImage.LengthOf(layout, Width, Height)];
        new SeededGenerator((ulong)number + 1000).Fill(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(NumberIn(layout, bytes), number);
        return new SecretFrame(layout, bytes);
    }

    /// <summary>A frame so dark that nobody sees anything, with a face in it for those who brighten it.</summary>
    public static SecretFrame Dark(int number)
    {
        var frame = Of(number);
        for (var at = 0; at < frame.Bytes.Length; at++)
        {
            frame.Bytes[at] &= 0x0F;
        }

        return frame;
    }

    public static int NumberOf(PixelImage image) => BinaryPrimitives.ReadInt32LittleEndian(NumberIn(image.Layout, image.Bytes));

    /// <summary>True when the middle of the face is in the picture as it came in.</summary>
    public static bool ShowsFace(PixelImage image) => Of(NumberOf(image), image.Layout).IsFaceIn(image.Bytes);

    /// <summary>Number of places in an output that repeat four neighbouring pixels (16 luma samples) of this frame's face.</summary>
    public int FacePiecesIn(ReadOnlySpan<byte> output) => PiecesIn(output, Face);

    /// <summary>Number of places in an output that repeat such a piece from anywhere in this frame.</summary>
    public int PiecesIn(ReadOnlySpan<byte> output) => PiecesIn(output, new RegionBox(0, 0, Width, Height));

    private bool IsFaceIn(ReadOnlySpan<byte> image)
    {
        var at = (((int)Face.CenterY * Width) + (int)Face.CenterX) * PixelBytes;
        return image.Slice(at, 16).SequenceEqual(Bytes.AsSpan(at, 16));
    }

    private int PixelBytes => Layout switch { PixelLayout.Bgra32 => 4, PixelLayout.Rgb24 => 3, _ => 1 };

    private int PiecesIn(ReadOnlySpan<byte> output, RegionBox box)
    {
        var pieces = new HashSet<UInt128>();
        for (var y = (int)box.Y; y < (int)box.Bottom; y++)
        {
            for (var x = (int)box.X; x < (int)box.Right - 16; x++)
            {
                pieces.Add(Piece(Bytes, ((y * Width) + x) * PixelBytes));
            }
        }

        var found = 0;
        for (var at = 0; at + 16 <= output.Length; at++)
        {
            found += pieces.Contains(Piece(output, at)) ? 1 : 0;
        }

        return found;
    }

    private static UInt128 Piece(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt128LittleEndian(bytes[at..]);

    private static Span<byte> NumberIn(PixelLayout layout, Span<byte> bytes) => layout switch
    {
        PixelLayout.I420 or PixelLayout.Nv12 => bytes.Slice((Width * Height) - 4, 4),
        _ => bytes[^4..],
    };
}
