using System.Security.Cryptography;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tests.Video;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Pipeline;

public sealed class ExplanationTests
{
    [Fact]
    public async Task An_explanation_has_no_digest_since_nothing_left_and_nothing_is_to_be_found_again()
    {
        using var frame = DrawnScene.Standard().Frame();
        var codec = new SkiaStillCodec();
        var file = codec.Encode(frame.Image, new StillTraits(StillFormat.Png));
        var records = new RecordContext("xvide://example", new PolicyReference("default", 1), (source, digest) => SHA256.HashData(source, digest));
        var parts = new PipelineParts(new FixedDetector(new RegionBox(40, 30, 40, 40)), codec, records, new DetectionLane(1), TimeProvider.System, NullLogger.Instance);

        var explanation = await new StillDeidentifier(parts, new MediaLimits()).ExplainAsync(file, CancellationToken.None);

        var record = explanation.Details!.Record;
        Assert.Equal(Decision.RegionsMasked, record.Decision);
        Assert.Equal((0, 0), (record.SourceKeyedDigest.Length, record.OutputSha256.Length));
    }
}
