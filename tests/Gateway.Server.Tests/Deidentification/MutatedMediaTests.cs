using System.Globalization;
using System.Security.Cryptography;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Isolation;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Server.Commands;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>
/// Damaged images through the whole still path with isolated decoders. GATEWAY_MUTATIONS says how many of each format, GATEWAY_SEED from which seed;
/// 100,000 files are GATEWAY_MUTATIONS=33334.
/// </summary>
public sealed class MutatedMediaTests(ITestOutputHelper output)
{
    private const int Width = 64;
    private const int Height = 48;

    /// <summary>Length of the text behind the picture.</summary>
    private const int TailBytes = 20;

    /// <summary>Managed and native memory that the run may have more at its end than after its first tenth.</summary>
    private const long GrowthBytesMax = 200L << 20;

    private static readonly int Mutations = Number("GATEWAY_MUTATIONS", 350);
    private static readonly ulong Seed = (ulong)Number("GATEWAY_SEED", 31);
    private static readonly RegionBox Face = new(20, 14, 20, 20);
    private static readonly SkiaStillCodec Here = new();

    [Theory]
    [InlineData(StillFormat.Jpeg)]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.WebP)]
    public async Task Damaged_files_are_masked_or_refused_and_break_nothing(StillFormat format)
    {
        var log = new CollectedLog();
        using var workers = new DecodeWorkers(DecodeWorkerCommand.Options(TimeSpan.FromSeconds(60)), log.CreateLogger(""));
        var stills = new StillDeidentifier(Parts(workers), new MediaLimits { PixelsMax = 4_000_000 });
        var file = Whole(format);
        var outcomes = new Dictionary<MediaOutcome, int>();
        var warm = 0L;
        for (var round = 0; round < Mutations; round++)
        {
            var damaged = Damage(file, new SeededGenerator(Seed + (ulong)round));
            if (format == StillFormat.Png && round % 2 == 0)
            {
                PngFile.Reseal(damaged);
            }
            else if (format == StillFormat.Png && round % 8 == 1)
            {
                // Damage to the picture itself never passes the checksum inside its compressed data: only damage behind it lets it be decoded.
                damaged = [.. file[..^TailBytes], .. damaged.AsSpan(Math.Max(0, damaged.Length - TailBytes))];
            }

            var answer = await stills.DeidentifyAsync(damaged, RedactionChoice.Default, default);

            outcomes[answer.Media] = outcomes.GetValueOrDefault(answer.Media) + 1;
            Assert.Equal(answer.Outcome == StillOutcome.Deidentified, answer.File.Length > 0);
            if (answer.Outcome == StillOutcome.Deidentified)
            {
                AssertMasked(damaged, answer, Seed + (ulong)round);
            }

            warm = round == Mutations / 10 ? Environment.WorkingSet : warm;
        }

        output.WriteLine($"{Mutations} {format} files from seed {Seed}: {string.Join(", ", outcomes)}; memory {(Environment.WorkingSet - warm) >> 20} MiB more than after a tenth");
        Assert.True(outcomes.Count >= 3 && outcomes.ContainsKey(MediaOutcome.Decoded), "parsers and decoders must have had their share");
        Assert.InRange(Environment.WorkingSet - warm, long.MinValue, GrowthBytesMax);
        Assert.False(log.Has("WorkerNotStarted"));
    }

    /// <summary>Bytes flipped, cut out, doubled, or the end left off.</summary>
    private static byte[] Damage(byte[] file, SeededGenerator generator)
    {
        var damaged = file.ToArray();
        for (var flip = generator.Next(1, 6); flip > 0; flip--)
        {
            damaged[generator.Next(0, damaged.Length)] ^= (byte)generator.Next(1, 256);
        }

        var (from, to) = (generator.Next(0, damaged.Length), generator.Next(0, damaged.Length));
        return generator.Next(0, 8) switch
        {
            0 => damaged[..Math.Max(1, to)],
            1 => [.. damaged[..Math.Min(from, to)], .. damaged[Math.Max(from, to)..]],
            2 => [.. damaged[..Math.Max(from, to)], .. damaged[Math.Min(from, to)..]],
            _ => damaged,
        };
    }

    /// <summary>Where the face is, the output does not repeat what the damaged file shows; what stood in its metadata is gone.</summary>
    private static void AssertMasked(byte[] damaged, StillAnswer answer, ulong seed)
    {
        Assert.True(answer.File.Span.IndexOf("planted-secret-"u8) < 0, $"metadata of seed {seed}");
        using var before = Here.Decode(damaged, new MediaLimits());
        using var after = Here.Decode(answer.File.Span, new MediaLimits());
        Assert.True(before.IsDecoded && after.IsDecoded, $"seed {seed}");
        Assert.NotEqual(Gateway.Deidentification.Records.Decision.NothingFound, answer.Record!.Decision);
        var (same, all, isNoise) = (0, 0, 0);
        for (var y = (int)Face.Y + 2; y < Math.Min(Face.Bottom - 2, before.Image.Height); y++)
        {
            for (var x = (int)Face.X + 2; x < Math.Min(Face.Right - 2, before.Image.Width - 1); x++)
            {
                var at = 4 * ((y * before.Image.Width) + x);
                var old = before.Image.Bytes.Slice(at, 3);
                same += Near(old, after.Image.Bytes.Slice(at, 3)) ? 1 : 0;
                isNoise += Near(old, before.Image.Bytes.Slice(at + 4, 3)) ? 0 : 1;
                all++;
            }
        }

        // Damage may make a picture smaller than the face it had; and only where it still shows detail can the output be told from it.
        Assert.True(all == 0 || isNoise < all / 2 || same < all / 2, $"seed {seed}: {same} of {all} pixels of the face came through");
    }

    private static bool Near(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) =>
        Math.Abs(one[0] - other[0]) + Math.Abs(one[1] - other[1]) + Math.Abs(one[2] - other[2]) < 24;

    /// <summary>Noise, with a text in its metadata.</summary>
    private static byte[] Whole(StillFormat format)
    {
        using var image = PixelImage.Create(PixelLayout.Bgra32, Width, Height);
        new SeededGenerator(9).Fill(image.Bytes);
        var file = Here.Encode(image, new StillTraits(format) { JpegQuality = 90 });
        byte[] text = [.. "planted-secret-text"u8, 0];
        return format switch
        {
            StillFormat.Jpeg => [.. file[..2], 0xFF, 0xFE, 0, (byte)(text.Length + 2), .. text, .. file[2..], .. text],
            _ => [.. file, .. text],
        };
    }

    private static PipelineParts Parts(DecodeWorkers workers) => new(
        new OneFace(),
        new SkiaStillCodec(workers),
        new RecordContext("test", new PolicyReference("default", 1), (source, digest) => SHA256.HashData(source, digest)),
        new DetectionLane(2),
        TimeProvider.System,
        new CollectedLog().CreateLogger(""));

    private static int Number(string variable, int otherwise) =>
        int.Parse(Environment.GetEnvironmentVariable(variable) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private sealed class OneFace : IRegionDetector
    {
        public ModelReference Model { get; } = new("one-face", "1", new byte[32], "CPU");

        public ScoreThresholds Thresholds { get; } = new(0.5f, 0.2f, 0.2f);

        public bool Covers(int width, int height) => true;

        public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken) => new(DetectionOutcome.Detected, [new RegionDetection(Face, 0.9f)]);
    }
}
