using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>What a file carries besides its picture is gone after decode and encode.</summary>
public sealed class ContainerHygieneTests
{
    private const int Width = 48;
    private const int Height = 32;

    [Theory]
    [InlineData(StillFormat.Jpeg)]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.WebP)]
    public void Nothing_planted_beside_the_picture_is_in_the_output(StillFormat format)
    {
        var file = WithEverything(format, orientation: 1);
        Assert.True(Planted.IsIn(file));

        using var decoded = TestFiles.Decoded(file);
        var output = TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!);

        Assert.False(Planted.IsIn(output));
        Assert.Equal(format, ImageProbe.FormatOf(output));
    }

    [Theory]
    [InlineData(StillFormat.Jpeg)]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.WebP)]
    public void Nothing_planted_reaches_the_native_decoder_but_colour_profiles(StillFormat format)
    {
        var file = WithEverything(format, orientation: 1);

        using var rebuilt = ContainerAllowList.Rebuild(format, file, ContainerUse.Decoding)!;

        var withoutProfile = rebuilt.Written.ToArray().AsSpan();
        var profile = withoutProfile.IndexOf(Planted.Text("icc"));
        if (profile >= 0)
        {
            withoutProfile.Slice(profile, Planted.Text("icc").Length).Clear();
        }

        var profileName = withoutProfile.IndexOf(Planted.Text("icc-name"));
        if (profileName >= 0)
        {
            withoutProfile.Slice(profileName, Planted.Text("icc-name").Length).Clear();
        }

        Assert.False(Planted.IsIn(withoutProfile));
    }

    [Fact]
    public void A_jpeg_leaves_with_the_allowed_markers_only_and_ends_at_EOI()
    {
        using var decoded = TestFiles.Decoded(WithEverything(StillFormat.Jpeg, orientation: 6));

        var output = TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!);

        var markers = new List<byte>();
        var segments = new JpegSegments(output);
        while (segments.Read())
        {
            markers.Add(segments.Marker);
        }

        byte[] allowed = [JpegMarker.App0, JpegMarker.Dqt, JpegMarker.Sof0, JpegMarker.Dht, JpegMarker.Sos, JpegMarker.Dri];
        Assert.Empty(markers.Except(allowed));
        Assert.Equal<byte>([0xFF, JpegMarker.Eoi], output[^2..]);
        Assert.Equal(JpegFixture.Find(output, JpegMarker.Eoi), output.Length - 2);
    }

    [Fact]
    public void A_png_leaves_with_the_allowed_chunks_only_and_ends_at_IEND()
    {
        using var decoded = TestFiles.Decoded(WithEverything(StillFormat.Png, orientation: 6));

        var output = TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!);

        var types = new List<string>();
        var chunks = new PngChunks(output);
        while (chunks.Read())
        {
            types.Add(System.Text.Encoding.ASCII.GetString(chunks.Type));
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], types.Distinct());
        Assert.Equal("IEND"u8, output.AsSpan(output.Length - 8, 4));
    }

    [Theory]
    [InlineData(true, false, "VP8L")]
    [InlineData(true, true, "VP8L")]
    [InlineData(false, false, "VP8 ")]
    [InlineData(false, true, "VP8X,ALPH,VP8 ")]
    public void A_webp_leaves_with_the_allowed_chunks_only(bool lossless, bool alpha, string expected)
    {
        using var picture = TestPicture.Noise(Width, Height, seed: 4, alpha);
        var file = WebPFixture.File(
            WebPFixture.Chunks(TestFiles.WebP(picture, lossless, alpha)), WebPFixture.Chunk("XMP "u8, Planted.Text("xmp")));

        using var decoded = TestFiles.Decoded(file);
        var output = TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!);

        var types = new List<string>();
        var chunks = new RiffChunks(output);
        while (chunks.Read())
        {
            types.Add(System.Text.Encoding.ASCII.GetString(chunks.Type));
        }

        Assert.Equal(expected, string.Join(',', types));
    }

    [Fact]
    public void A_thumbnail_in_JFIF_is_not_copied()
    {
        using var picture = TestPicture.Quarters(Width, Height);
        byte[] jfif = [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 4, 4, .. Planted.Text("jfif-thumbnail")];
        var bare = TestFiles.Jpeg(picture);
        byte[] file = [0xFF, JpegMarker.Soi, .. JpegFixture.Segment(JpegMarker.App0, jfif), .. bare[20..]];

        using var rebuilt = ContainerAllowList.Rebuild(StillFormat.Jpeg, file, ContainerUse.Release)!;

        Assert.False(Planted.IsIn(rebuilt.Written));
        Assert.Equal(bare, rebuilt.Written.ToArray());
    }

    [Fact]
    public void Text_that_unpacks_to_a_bomb_costs_nothing()
    {
        using var picture = TestPicture.Quarters(Width, Height);
        var bomb = PngFixture.Deflate(new byte[200 * 1024 * 1024]);
        var file = PngFixture.With(
            TestFiles.Png(picture),
            PngFixture.Chunk("zTXt"u8, [.. "Comment\0\0"u8, .. bomb]),
            PngFixture.Chunk("iCCP"u8, [.. "profile\0\0"u8, .. bomb]),
            PngFixture.Chunk("iTXt"u8, [.. "Comment\0\x1\0\0\0"u8, .. bomb]));

        using var rebuilt = ContainerAllowList.Rebuild(StillFormat.Png, file, ContainerUse.Decoding)!;
        using var decoded = TestFiles.Decoded(file);

        Assert.True(rebuilt.Length < 10_000, $"the decoder would have seen {rebuilt.Length} bytes");
        Assert.Equal(picture.Bytes, decoded.Image!.Bytes);
    }

    [Fact]
    public void A_jpeg_segment_of_any_kind_that_is_no_picture_data_is_gone()
    {
        using var picture = TestPicture.Quarters(Width, Height);
        var file = TestFiles.Jpeg(picture);
        byte[] kinds = [.. Enumerable.Range(0xE0, 16).Select(marker => (byte)marker), 0xFE, .. Enumerable.Range(0xF0, 14).Select(marker => (byte)marker), 0x02, 0xBF];
        byte[][] headings =
        [
            [], [.. "JFXX\0"u8], [.. "Exif\0\0"u8], [.. "http://ns.adobe.com/xap/1.0/\0"u8], [.. "http://ns.adobe.com/xmp/extension/\0"u8], [.. "ICC_PROFILE\0\x1\x1"u8],
            [.. "MPF\0"u8], [.. "urn:iso:std:iso:ts:21496:-1\0"u8], [.. "JP\0\x1\0\0\0\x1"u8], [.. "Photoshop 3.0\08BIM"u8], [.. "FLIR\0"u8], [.. "GoPro\0"u8],
        ];

        foreach (var kind in kinds)
        {
            foreach (var heading in headings)
            {
                var planted = JpegFixture.With(file, JpegFixture.Segment(kind, [.. heading, .. Planted.Text("segment")]));
                using var decoding = TestFiles.Codec.Decode(planted, TestFiles.Limits);
                Assert.False(decoding.IsDecoded && Planted.IsIn(TestFiles.Codec.Encode(decoding.Image, decoding.Traits)), $"marker {kind:X2}");
            }
        }
    }

    [Fact]
    public void A_png_chunk_of_any_kind_that_is_no_picture_data_is_gone()
    {
        using var picture = TestPicture.Quarters(Width, Height);
        var file = TestFiles.Png(picture);
        string[] kinds = ["tEXt", "zTXt", "iTXt", "eXIf", "tIME", "sPLT", "hIST", "pHYs", "bKGD", "sBIT", "caBX", "mkBF", "vpAg", "dSIG", "oFFs", "gIFx", "acTL", "fcTL", "iDOT", "faCe"];

        foreach (var kind in kinds)
        {
            var planted = PngFixture.With(file, PngFixture.Chunk(System.Text.Encoding.ASCII.GetBytes(kind), Planted.Text("chunk")));
            using var decoding = TestFiles.Codec.Decode(planted, TestFiles.Limits);
            Assert.False(decoding.IsDecoded && Planted.IsIn(TestFiles.Codec.Encode(decoding.Image, decoding.Traits)), kind);
        }
    }

    [Fact]
    public void What_hides_behind_the_picture_inside_its_own_chunk_is_gone()
    {
        using var picture = TestPicture.Quarters(Width, Height);
        var rows = new byte[Width * Height * 3];
        var png = PngFixture.File(Width, Height, 8, 2, rows);
        var at = png.AsSpan().IndexOf("IDAT"u8);
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at - 4));
        byte[] withTail = [.. png[..(at - 4)], .. PngFixture.Chunk("IDAT"u8, [.. png.AsSpan(at + 4, length), .. Planted.Text("behind-the-stream")]), .. png[(at + 8 + length)..]];
        Assert.True(Planted.IsIn(withTail));

        using var decoding = TestFiles.Codec.Decode(withTail, TestFiles.Limits);

        Assert.False(decoding.IsDecoded && Planted.IsIn(TestFiles.Codec.Encode(decoding.Image, decoding.Traits)));
    }

    [Theory]
    [InlineData(StillFormat.Jpeg)]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.WebP)]
    public void No_piece_of_a_hidden_picture_is_in_the_output(StillFormat format)
    {
        using var hidden = TestPicture.Waves(40, 40);
        var thumbnail = TestFiles.Jpeg(hidden);
        var file = WithEverything(format, orientation: 3);
        const int pieceBytes = 16;
        var scan = JpegFixture.Find(thumbnail, JpegMarker.Sos) + 14;
        Assert.True(file.AsSpan().IndexOf(thumbnail.AsSpan(scan, pieceBytes)) >= 0, "the thumbnail must be in the source");

        using var decoded = TestFiles.Decoded(file);
        var output = TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!);

        for (var at = scan; at + pieceBytes <= thumbnail.Length; at++)
        {
            Assert.True(output.AsSpan().IndexOf(thumbnail.AsSpan(at, pieceBytes)) < 0, $"piece at {at}");
        }
    }

    internal static byte[] WithEverything(StillFormat format, int orientation)
    {
        using var picture = TestPicture.Quarters(Width, Height);
        using var hidden = TestPicture.Waves(40, 40);
        var thumbnail = TestFiles.Jpeg(hidden);
        var file = TestFiles.Of(format, picture);
        return format switch
        {
            StillFormat.Jpeg => JpegFixture.WithEverything(file, thumbnail, orientation),
            StillFormat.Png => PngFixture.WithEverything(file, thumbnail, orientation),
            _ => WebPFixture.WithEverything(file, Width, Height, thumbnail, orientation),
        };
    }
}
