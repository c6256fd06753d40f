using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Tracking;

namespace Gateway.Benchmarks;

/// <summary>A 1280 x 720 JPEG opened, masked and written at its coefficients, against a decoder and an encoder.</summary>
internal static class JpegBenchmark
{
    private const int Rounds = 25;

    public static Task RunAsync(TextWriter output)
    {
        var contest = new JpegContest();
        contest.Reading(Rounds).Run(output);
        contest.Masking(Rounds).Run(output);
        return Task.CompletedTask;
    }
}

/// <summary>The contenders and what they need.</summary>
internal sealed class JpegContest
{
    private readonly SkiaStillCodec _codec = new();
    private readonly MediaLimits _limits = new();
    private readonly RegionMasker _masker = RegionMasker.ForStill(RedactionChoice.Default);
    private readonly IReadOnlyList<Deidentification.Detection.RegionBox> _faces;
    private readonly byte[] _file;

    public JpegContest()
    {
        using var scene = DrawnScene.Standard().Frame();
        _faces = scene.Faces;
        _file = _codec.Encode(scene.Image, new StillTraits(StillFormat.Jpeg) { JpegQuality = 85 });
    }

    public Contest Reading(int rounds)
    {
        var contest = new Contest($"1280 x 720 JPEG of {_file.Length / 1024} KiB, read", "image", 1, rounds);
        contest.Add("SkiaSharp to BGRA", () => _codec.Decode(_file, _limits).Dispose());
        contest.Add("coefficients: index and half size", () => Open().Dispose());
        contest.Add("coefficients: index, half size and full size", () =>
        {
            using var image = Open();
            image.Jpeg!.DecodeAll();
        });
        return contest;
    }

    public Contest Masking(int rounds)
    {
        var contest = new Contest("The same, four known faces masked by outside fill, JPEG out", "image", 1, rounds);
        contest.Add("SkiaSharp decode, fill, SkiaSharp encode", () => Mask(_codec.Decode(_file, _limits)));
        contest.Add("coefficients: half size, fill, splice", () => Mask(CoefficientPath.Open(_codec, _file, _limits)));
        contest.Add("coefficients: half size, nothing masked", () =>
        {
            using var image = Open();
            image.Jpeg!.Write();
        });
        return contest;
    }

    private PixelImage Open() => JpegPicture.TryOpen(_file, out var image) == JpegOutcome.Opened
        ? image!
        : throw new InvalidOperationException("the file was not opened");

    private void Mask(StillDecoding decoding)
    {
        using (decoding)
        {
            var image = decoding.Image!;
            var mask = new FrameMask(image);
            foreach (var face in _faces)
            {
                mask.Add(new TrackedRegion(face, 0.9f, TrackHandle.None, IsBridged: false, MarginPx: 0));
            }

            _masker.Fill(image, mask.Map, mask.Regions, 1);
            CoefficientPath.Write(_codec, image, decoding.Traits!, mask.Map);
        }
    }
}
