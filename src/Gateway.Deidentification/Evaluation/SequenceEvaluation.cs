using System.Collections.Concurrent;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Evaluation;

/// <summary>
/// Evaluates the stream path: frames of a sequence go through a real stream, uncompressed, and the pixels that come back tell what was masked. At no
/// time more frames are in memory than the stream holds.
/// </summary>
public sealed class SequenceEvaluation(PipelineParts parts, StreamProfile profile, RedactionChoice redaction)
{
    /// <summary>Evaluates one sequence.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="frames">Its frames in order, all of one size; each is disposed here.</param>
    /// <param name="seen">Sees every output of a labelled frame while its pixels are there.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InvalidDataException">The stream refused a frame or could not be opened; the message has a remedy.</exception>
    public async Task RunAsync(string name, IEnumerable<EvaluatedPicture> frames, Action<EvaluatedOutput> seen, CancellationToken cancellationToken)
    {
        using var source = frames.GetEnumerator();
        if (!source.MoveNext())
        {
            throw new InvalidDataException($"{name}: there is no frame; name a folder with the frames of a sequence");
        }

        var (width, height) = (source.Current.Image.Width, source.Current.Image.Height);
        var request = new StreamRequest { Format = FrameFormat.Bgra32, Width = width, Height = height, Profile = profile, Redaction = redaction };
        var opening = StreamDeidentifier.Open(parts, request, new StreamOptions());
        if (opening.Stream is not { } stream)
        {
            source.Current.Dispose();
            throw new InvalidDataException($"{name}: a stream of {width} x {height} pixels was refused, {opening.Outcome}; scale the frames, or use another model");
        }

        await using (stream)
        {
            var sent = new ConcurrentQueue<SentFrame>();
            var sending = SendAsync(stream, source, sent, cancellationToken);
            await foreach (var answer in stream.ReadAllAsync(cancellationToken))
            {
                using (answer)
                {
                    Look(name, answer, sent.TryDequeue(out var frame) ? frame : throw new InvalidOperationException("An answer has no frame."), seen);
                }
            }

            if (await sending is { } refused || stream.Ending != StreamEnding.Completed)
            {
                throw new InvalidDataException($"{name}: the stream ended with {stream.Ending}; all frames of a sequence must have one size and decode");
            }
        }
    }

    private static async Task<FrameAdmission?> SendAsync(
        StreamDeidentifier stream, IEnumerator<EvaluatedPicture> source, ConcurrentQueue<SentFrame> sent, CancellationToken cancellationToken)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                using (var frame = source.Current)
                {
                    var image = frame.Image;
                    sent.Enqueue(new SentFrame(frame.Name, number, BlockPrints.Of(image.Bytes, image.Width, image.Height), frame.Faces));
                    var admission = await stream.WriteAsync((ulong)number, number, image.Memory, cancellationToken);
                    if (admission != FrameAdmission.Accepted)
                    {
                        return admission;
                    }
                }

                if (!source.MoveNext())
                {
                    return null;
                }
            }
        }
        finally
        {
            stream.Complete();
        }
    }

    private static void Look(string name, FrameAnswer answer, SentFrame frame, Action<EvaluatedOutput> seen)
    {
        if (frame.Faces is null)
        {
            return;
        }

        var before = frame.Prints;
        var cover = answer.Record.Decision is Decision.Withheld or Decision.FrameMasked
            ? CoverMap.Whole(before.Width, before.Height)
            : CoverMap.Of(before, BlockPrints.Of(answer.Data.Span, before.Width, before.Height));
        var sighting = new PictureSighting(name, frame.Number, answer.Record.Decision, answer.Record.Reason, cover.Share, Sightings.Of(frame.Faces, cover));
        seen(new EvaluatedOutput(frame.Name, sighting, cover, answer.Data));
    }

    private sealed record SentFrame(string Name, int Number, BlockPrints Prints, IReadOnlyList<LabelledFace>? Faces);
}
