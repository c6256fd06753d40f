using Gateway.Deidentification.Detection;
using Gateway.TestKit;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>The measure itself: it must see what was not masked, also through a lossy encoder, and nothing where other pixels are.</summary>
public sealed class RepeatedDetailTests
{
    private static readonly RegionBox Face = new(20, 20, 120, 120);

    [Fact]
    public void A_face_that_was_encoded_again_is_seen_as_repeated()
    {
        using var source = Noise(1);
        using var encoded = source.Encode(SKEncodedImageFormat.Jpeg, 60);
        using var again = SKBitmap.Decode(encoded);

        var (telling, repeated) = RepeatedDetail.InFace(source, again, Face);

        Assert.Equal(25, telling);
        Assert.Equal(telling, repeated);
    }

    [Fact]
    public void Another_picture_and_a_flat_one_repeat_nothing()
    {
        using var source = Noise(1);
        using var other = Noise(2);
        using var flat = new SKBitmap(source.Info);
        flat.Erase(SKColors.Gray);

        Assert.Equal((25, 0), RepeatedDetail.InFace(source, other, Face));
        Assert.Equal((25, 0), RepeatedDetail.InFace(source, flat, Face));
    }

    private static SKBitmap Noise(ulong seed)
    {
        var bitmap = new SKBitmap(new SKImageInfo(160, 160, SKColorType.Bgra8888, SKAlphaType.Opaque));
        var random = new SeededGenerator(seed);
        for (var y = 0; y < bitmap.Height; y++)
        {
            for (var x = 0; x < bitmap.Width; x++)
            {
                var gray = (byte)random.Next(60, 200);
                bitmap.SetPixel(x, y, new SKColor(gray, gray, gray));
            }
        }

        return bitmap;
    }
}
