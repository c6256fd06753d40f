using System.Text;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>
/// Damaged files of every kind through the whole path: opened, masked, written. <c>GATEWAY_JPEG_MUTATIONS</c> sets how many; the same number
/// finds the same files.
/// </summary>
public sealed class JpegMutationTests
{
    private const int UsualMutations = 2000;

    [Fact]
    public void A_damaged_file_is_refused_or_comes_out_masked()
    {
        var mutations = Repeats.Of("GATEWAY_JPEG_MUTATIONS", UsualMutations);
        var originals = JpegSpec.All.Select(spec => new MadeJpeg(spec).ToFile()).ToArray();
        var masker = RegionMasker.ForStill(RedactionChoice.Default);
        var outcomes = new SortedDictionary<JpegOutcome, int>();
        var limits = new MediaLimits { PixelsMax = 1_000_000 };
        for (var number = 0; number < mutations; number++)
        {
            var file = Damage(originals, number);
            var outcome = ImageProbe.TryRead(file, limits, out _, out _) ? JpegPicture.TryOpen(file, out var image) : Refused(out image);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            using (image)
            {
                if (image is not null)
                {
                    AssertMasked(image, masker, number);
                }
            }
        }

        // Damage must have reached the headers, the scans, and the writer behind them.
        var told = new StringBuilder().AppendJoin(", ", outcomes).ToString();
        Assert.True(outcomes.GetValueOrDefault(JpegOutcome.BadHeader) >= mutations / 50, told);
        Assert.True(outcomes.GetValueOrDefault(JpegOutcome.BadScan) >= mutations / 20, told);
        Assert.True(outcomes.GetValueOrDefault(JpegOutcome.Opened) >= mutations / 10, told);
        TestContext.Current.TestOutputHelper?.WriteLine(told);
    }

    private static byte[] Damage(byte[][] originals, int number)
    {
        var generator = new SeededGenerator((ulong)number + 1);
        var file = originals[generator.Next(0, originals.Length)].ToArray();

        // A third of the damage goes where the headers are: they are short, and most of what can go wrong is there.
        var end = number % 3 == 0 ? Math.Min(700, file.Length) : file.Length;
        for (var left = generator.Next(1, 4); left > 0; left--)
        {
            var at = generator.Next(2, end);
            switch (generator.Next(0, 4))
            {
                case 0:
                    file[at] ^= (byte)(1 << generator.Next(0, 8));
                    break;
                case 1:
                    file[at] = (byte)generator.Next(0, 256);
                    break;
                case 2:
                    file[at] = 0xFF;
                    break;
                default:
                    var length = Math.Min(generator.Next(1, 40), file.Length - at);
                    file.AsSpan(generator.Next(0, file.Length - length), length).ToArray().CopyTo(file, at);
                    break;
            }
        }

        return file;
    }

    /// <summary>The output opens, its masked MCUs are those of the fill, and all others those of the damaged file.</summary>
    private static void AssertMasked(PixelImage image, RegionMasker masker, int number)
    {
        var mask = new FrameMask(image);
        mask.Add(new TrackedRegion(new(image.Width * 0.4f, image.Height * 0.4f, 20, 20), 0.9f, TrackHandle.None, IsBridged: false, MarginPx: 0));
        masker.Fill(image, mask.Map, mask.Regions, 1);
        var written = CoefficientPath.Write(TestFiles.Codec, image, new StillTraits(StillFormat.Jpeg), mask.Map);

        Assert.True(JpegPicture.TryOpen(written, out var again) == JpegOutcome.Opened, $"mutation {number}: the output does not open");
        using (again)
        {
            using var seen = SkiaOracle.Bgra(written);
            image.Complete();
            again!.Complete();
            for (var plane = 0; plane < 3; plane++)
            {
                AssertSame(PlaneSpan.Of(image, plane), PlaneSpan.Of(again, plane), mask.Map, image.Jpeg!.Layout, plane == 0 ? 0 : 1, number);
            }
        }
    }

    /// <summary>MCUs on the border are coded anew, without what lies beyond it.</summary>
    private static void AssertSame(PlaneSpan expected, PlaneSpan actual, MaskMap mask, JpegLayout layout, int shift, int number)
    {
        for (var y = 0; y < (layout.Height / layout.McuHeight * layout.McuHeight) >> shift; y++)
        {
            for (var x = 0; x < (layout.Width / layout.McuWidth * layout.McuWidth) >> shift; x++)
            {
                var (left, right) = (expected.From(x, y)[0], actual.From(x, y)[0]);
                Assert.True(left == right || mask.IsMasked(x << shift, y << shift), $"mutation {number}: a sample outside the mask was changed");
            }
        }
    }

    private static JpegOutcome Refused(out PixelImage? image)
    {
        image = null;
        return JpegOutcome.BadHeader;
    }
}
