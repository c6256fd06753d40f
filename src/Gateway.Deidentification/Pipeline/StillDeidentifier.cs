using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>De-identifies single images. The masked image is always shown to the detector again.</summary>
public sealed class StillDeidentifier(PipelineParts parts, MediaLimits limits)
{
    /// <summary>Decodes, masks and encodes one file. Nothing of it is kept.</summary>
    /// <param name="file">JPEG, PNG or WebP; the format is read from the bytes.</param>
    /// <param name="redaction">Technique.</param>
    /// <param name="cancellationToken">Ends the work; nothing is answered then.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="InvalidOperationException">The masked image could not be encoded.</exception>
    public Task<StillAnswer> DeidentifyAsync(ReadOnlyMemory<byte> file, RedactionChoice redaction, CancellationToken cancellationToken)
    {
        if (!parts.Detector.IsReady)
        {
            return Task.FromResult(Refused(StillOutcome.DetectorNotReady));
        }

        if (!redaction.CanBeKeptBy(parts.Detector))
        {
            return Task.FromResult(Refused(StillOutcome.PersonModelMissing));
        }

        return redaction.IsAllowedUnder(parts.Records.Policy)
            ? parts.Lane.RunAsync(() => Deidentify(file.Span, redaction, cancellationToken), cancellationToken)
            : Task.FromResult(Refused(StillOutcome.TechniqueNotAllowed));
    }

    /// <summary>Tells what would be done to a file, and why; the masked image is thrown away.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<StillExplanation> ExplainAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken) => parts.Detector.IsReady
        ? parts.Lane.RunAsync(() => Explain(file.Span, cancellationToken), cancellationToken)
        : Task.FromResult(new StillExplanation(StillOutcome.DetectorNotReady, MediaOutcome.Decoded, null));

    private StillExplanation Explain(ReadOnlySpan<byte> file, CancellationToken cancellationToken)
    {
        using var decoding = CoefficientPath.Open(parts.Codec, file, limits);
        if (!decoding.IsDecoded)
        {
            return new StillExplanation(StillOutcome.FileRefused, decoding.Outcome, null);
        }

        var image = decoding.Image;
        if (!parts.Detector.Covers(image.Width, image.Height))
        {
            return new StillExplanation(StillOutcome.SizeNotCovered, MediaOutcome.Decoded, null);
        }

        var luma = LumaHistogram.Of(image);
        var finished = Mask(image, RedactionChoice.Default, cancellationToken);
        var record = new RecordBuilder(parts, RedactionChoice.Default, ReadOnlyMemory<byte>.Empty).Explain(finished);
        return new StillExplanation(
            StillOutcome.Deidentified,
            MediaOutcome.Decoded,
            new StillDetails(image.Width, image.Height, luma.Mean, luma.StandardDeviation, luma.Steepness, record));
    }

    private StillAnswer Deidentify(ReadOnlySpan<byte> file, RedactionChoice redaction, CancellationToken cancellationToken)
    {
        var startedAt = parts.Time.GetTimestamp();
        using var decoding = CoefficientPath.Open(parts.Codec, file, limits);
        if (!decoding.IsDecoded)
        {
            return Refused(StillOutcome.FileRefused) with { Media = decoding.Outcome };
        }

        var (image, traits) = (decoding.Image, decoding.Traits);
        if (!parts.Detector.Covers(image.Width, image.Height))
        {
            return Refused(StillOutcome.SizeNotCovered);
        }

        var records = new RecordBuilder(parts, redaction, ReadOnlyMemory<byte>.Empty);
        var digest = new byte[RecordBuilder.DigestBytes];
        parts.Records.SourceDigest(file, digest);
        var stamp = new FrameStamp(0, 0, digest);
        var finished = Mask(image, redaction, cancellationToken);
        var output = CoefficientPath.Write(parts.Codec, image, traits, finished.Mask.Map);
        Metrics.Answered("still", finished, parts.Time.GetElapsedTime(startedAt));
        return new StillAnswer(
            StillOutcome.Deidentified, MediaOutcome.Decoded, output, traits.Format, records.Build(stamp, finished, output))
        {
            Mask = finished.Mask.Map,
        };
    }

    private FinishedFrame Mask(PixelImage image, RedactionChoice redaction, CancellationToken cancellationToken)
    {
        var look = ImageLook.At(image, new LumaHistogram(), parts, cancellationToken);
        var regions = look.Regions
            .Where(region => region.Score >= parts.Detector.ThresholdsOf(region.Class).Mask)
            .Select(region => new TrackedRegion(region.Box, region.Score, TrackHandle.None, IsBridged: false, MarginPx: 0, region.Class, region.Outline))
            .ToList();
        return new FrameFinisher(parts.Detector, RegionMasker.ForStill(redaction), parts.Logger)
            .Finish(image, look.Reason, regions, new FinishPlan(0, FailureAction.MaskFrame, IsChecked: true, IsTail: false), cancellationToken);
    }

    private static StillAnswer Refused(StillOutcome outcome) => new(outcome, MediaOutcome.Decoded, default, null, null);
}
