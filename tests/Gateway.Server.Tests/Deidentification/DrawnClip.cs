using System.Numerics;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>A short clip with one drawn face, in every format of a stream, small enough to be looked at quickly.</summary>
internal sealed class DrawnClip
{
    public const int Width = 320;
    public const int Height = 180;

    /// <summary>Four pixels, or sixteen samples of brightness: with the grain of the scene they are not repeated by chance.</summary>
    private const int PieceBytes = 12;

    /// <summary>Share of a face's box at each side that is not looked at.</summary>
    private const float Rim = 0.2f;

    private static readonly SkiaStillCodec Codec = new();

    private readonly DrawnScene _scene = new(
        Width, Height, [new DrawnFace(150, 85, 42, new Vector3(225, 180, 150), new Vector3(60, 40, 30), new Vector3(40, 60, 90))]);

    private readonly List<DrawnFrame> _frames = [];

    /// <summary>Pixels of a frame, BGRA.</summary>
    public PixelImage Image(int number) => Drawn(number).Image;

    /// <summary>Where the face of a frame is.</summary>
    public RegionBox Face(int number) => Drawn(number).Faces[0];

    /// <summary>A frame as it is sent.</summary>
    public byte[] Bytes(int number, Wire.FrameFormat format) => format switch
    {
        Wire.FrameFormat.Bgra32 => Image(number).Bytes.ToArray(),
        Wire.FrameFormat.Rgb24 => PixelConversion.ToRgb(Image(number)),
        Wire.FrameFormat.I420 => PixelConversion.ToI420(Image(number)),
        Wire.FrameFormat.Nv12 => PixelConversion.ToNv12(Image(number)),
        _ => Codec.Encode(Image(number), new StillTraits(StillFormat.Jpeg)),
    };

    /// <summary>The message that sends a frame; its time stamp is ten times its number.</summary>
    public Wire.DeidentifyStreamRequest Frame(int number, Wire.FrameFormat format = Wire.FrameFormat.Bgra32) => new()
    {
        Frame = new Wire.Frame { Number = (ulong)number, Timestamp = 10L * number, Data = UnsafeByteOperations.UnsafeWrap(Bytes(number, format)) },
    };

    /// <summary>The message that opens a stream of this clip.</summary>
    public static Wire.DeidentifyStreamRequest Open(Wire.FrameFormat format = Wire.FrameFormat.Bgra32, Wire.StreamProfile profile = Wire.StreamProfile.Live) => new()
    {
        Open = new Wire.OpenStream { Format = format, Width = Width, Height = Height, TimeBaseNumerator = 1, TimeBaseDenominator = 250, Profile = profile },
    };

    /// <summary>Places in the middle of the face where an uncompressed answer repeats what was sent.</summary>
    public int FacePiecesIn(int number, ReadOnlySpan<byte> answer, Wire.FrameFormat format)
    {
        var sent = Bytes(number, format);
        var sampleBytes = format switch { Wire.FrameFormat.Bgra32 => 4, Wire.FrameFormat.Rgb24 => 3, _ => 1 };
        var face = Face(number);
        var pieces = 0;
        for (var y = (int)(face.Y + (face.Height * Rim)); y < (int)(face.Bottom - (face.Height * Rim)); y++)
        {
            for (var x = (int)(face.X + (face.Width * Rim)); x < (int)(face.Right - (face.Width * Rim)); x++)
            {
                var at = ((y * Width) + x) * sampleBytes;
                pieces += answer.Slice(at, PieceBytes).SequenceEqual(sent.AsSpan(at, PieceBytes)) ? 1 : 0;
            }
        }

        return pieces;
    }

    private DrawnFrame Drawn(int number)
    {
        while (_frames.Count <= number)
        {
            _frames.Add(_scene.Frame(_frames.Count));
        }

        return _frames[number];
    }
}
