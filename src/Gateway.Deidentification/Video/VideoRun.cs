using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;
using Gateway.Deidentification.Video.Nut;

namespace Gateway.Deidentification.Video;

/// <summary>One passage of a file through decoder, stream and encoder. Memory does not grow with its length: each waits for the next.</summary>
internal sealed class VideoRun(
    PipelineParts parts, MediaTools tools, VideoJob job, VideoFacts facts, Action<DeidentificationRecord> onRecord, Action<VideoProgress>? onProgress)
{
    private const int ProgressEvery = 5;

    private HashSet<TrackHandle> _tracksOfLast = [];
    private long _tracks;
    private bool _isTakenFirst;

    public FrameTimes Times { get; } = new();

    public async Task<VideoAnswer> RunAsync(Func<NutVideo, long, ToolProcess> startEncoder, CancellationToken cancellationToken)
    {
        using var decoder = ToolProcess.Start(tools.Ffmpeg, VideoArguments.Decode(job.Source), ToolLimits.Decoder(facts.Frames));
        using var killing = cancellationToken.Register(decoder.Kill);
        using var watch = new StallWatch(decoder.Kill, job.StallTimeout);
        var reader = new NutReader(decoder.Output);
        try
        {
            if (await ReadHeadersAsync(reader, watch) is not { } video)
            {
                cancellationToken.ThrowIfCancellationRequested();
                decoder.Kill();
                return new VideoAnswer(VideoOutcome.DecoderFailed) { Detail = await decoder.ErrorAsync() };
            }

            var request = new StreamRequest { Format = FrameFormat.I420, Width = video.Width, Height = video.Height, Redaction = job.Redaction, Profile = job.Profile };
            var (outcome, opened) = StreamDeidentifier.Open(parts, request, new StreamOptions());
            if (opened is null)
            {
                return new VideoAnswer(VideoOutcome.StreamRefused) { StreamOutcome = outcome };
            }

            await using (opened)
            {
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var taking = Task.Run(() => TakeAllAsync(decoder, reader, watch, video, opened, ending.Token), CancellationToken.None);
                var written = await WriteToEndAsync(startEncoder, video, opened, decoder, ending, taking, cancellationToken);
                var taken = await taking;
                cancellationToken.ThrowIfCancellationRequested();
                return Answer(taken, written, opened);
            }
        }
        finally
        {
            reader.Clear();
        }
    }

    /// <summary>
    /// Answers into the encoder. However that ends, by an exception too, nobody takes frames any more afterwards: who did so would read from a
    /// pipe that is closed into memory that is cleared.
    /// </summary>
    private async Task<VideoAnswer?> WriteToEndAsync(
        Func<NutVideo, long, ToolProcess> startEncoder, NutVideo video, StreamDeidentifier stream, ToolProcess decoder, CancellationTokenSource ending, Task taking, CancellationToken cancellationToken)
    {
        var isWritten = false;
        try
        {
            var failed = await WriteAllAsync(() => startEncoder(video, FrameBytes(video)), video, stream, cancellationToken);
            isWritten = failed is null;
            return failed;
        }
        finally
        {
            _isTakenFirst = taking.IsCompleted;
            if (!isWritten)
            {
                // Nobody reads the stream any more: the taker would wait for room in it for ever.
                await ending.CancelAsync();
            }

            decoder.Kill();
            await taking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static int FrameBytes(NutVideo video) => PixelImage.LengthOf(PixelLayout.I420, video.Width, video.Height);

    private static Task<NutVideo?> ReadHeadersAsync(NutReader reader, StallWatch watch) => Task.Run(() =>
    {
        using var watched = watch.Begin();
        try
        {
            return (NutVideo?)reader.ReadHeaders();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    });

    /// <summary>Frames from the decoder into the stream. The stream is completed only when the decoder ended well.</summary>
    /// <returns>Null, or why frames are missing.</returns>
    private static async Task<VideoAnswer?> TakeAllAsync(
        ToolProcess decoder, NutReader reader, StallWatch watch, NutVideo video, StreamDeidentifier stream, CancellationToken cancellationToken)
    {
        // Zeroed when it is given back: it holds the clear frame that was read last.
        using var frame = PixelImage.Create(PixelLayout.I420, video.Width, video.Height);
        try
        {
            for (var number = 1UL; ; number++)
            {
                if (!Read(reader, watch, frame, out var timestamp))
                {
                    return await decoder.EndAsync() == 0 ? null : new VideoAnswer(VideoOutcome.DecoderFailed) { Detail = await decoder.ErrorAsync() };
                }

                var admission = await stream.WriteAsync(number, timestamp, frame.Memory, cancellationToken);
                if (admission != FrameAdmission.Accepted)
                {
                    return new VideoAnswer(VideoOutcome.StreamBroken) { Detail = admission.ToString() };
                }
            }
        }
        catch (InvalidDataException broken)
        {
            return new VideoAnswer(VideoOutcome.DecoderFailed) { Detail = broken.Message };
        }
        catch (OperationCanceledException)
        {
            return new VideoAnswer(VideoOutcome.StreamBroken);
        }
        finally
        {
            stream.Complete();
        }
    }

    private static bool Read(NutReader reader, StallWatch watch, PixelImage frame, out long timestamp)
    {
        using var watched = watch.Begin();
        return reader.ReadFrame(frame.Bytes, out timestamp);
    }

    /// <summary>Answers of the stream into the encoder, until there are no more.</summary>
    /// <returns>Null, or why the file is not whole.</returns>
    private async Task<VideoAnswer?> WriteAllAsync(Func<ToolProcess> startEncoder, NutVideo video, StreamDeidentifier stream, CancellationToken cancellationToken)
    {
        using var encoder = startEncoder();
        using var killing = cancellationToken.Register(encoder.Kill);
        using var watch = new StallWatch(encoder.Kill, job.StallTimeout);
        try
        {
            var writer = new NutWriter(encoder.Input, video);
            writer.WriteHeaders();
            await foreach (var answer in stream.ReadAllAsync(cancellationToken))
            {
                using (answer)
                {
                    if (answer.Record.Decision == Decision.Withheld)
                    {
                        return new VideoAnswer(VideoOutcome.StreamBroken);
                    }

                    using (watch.Begin())
                    {
                        writer.WriteFrame(answer.Timestamp, answer.Data.Span);
                    }

                    Times.Add(answer.Timestamp, video.TimeBase);
                    Report(answer.Record);
                }
            }

            encoder.Input.Close();
            using (watch.Begin())
            {
                return await encoder.EndAsync() == 0 ? null : new VideoAnswer(VideoOutcome.EncoderFailed) { Detail = await encoder.ErrorAsync() };
            }
        }
        catch (IOException)
        {
            // The pipe broke: the encoder is gone, and said why on its error stream.
            encoder.Kill();
            return new VideoAnswer(VideoOutcome.EncoderFailed) { Detail = await encoder.ErrorAsync() };
        }
    }

    private void Report(DeidentificationRecord record)
    {
        onRecord(record);
        if (record.Decision is Decision.FrameMasked or Decision.Withheld)
        {
            // Its record names no regions: the tracks go on behind it, and would all be new on the next frame.
            ReportProgress();
            return;
        }

        var tracks = record.Regions.Select(region => region.Track).Where(track => track != TrackHandle.None).ToHashSet();

        // A track that was left out once never comes back, so what the last frame did not have is new.
        _tracks += tracks.Count(track => !_tracksOfLast.Contains(track));
        _tracksOfLast = tracks;
        ReportProgress();
    }

    private void ReportProgress()
    {
        if (Times.Count % ProgressEvery == 0)
        {
            onProgress?.Invoke(new VideoProgress(Times.Count, facts.Frames, _tracks));
        }
    }

    private VideoAnswer Answer(VideoAnswer? taken, VideoAnswer? written, StreamDeidentifier stream)
    {
        // The encoder's word first, where the decoder was ended for it; the decoder's, where the encoder had no frames for want of it.
        var failed = (_isTakenFirst ? taken ?? written : written ?? taken) ?? (stream.Ending == StreamEnding.Completed && Times.Count > 0 ? null : new VideoAnswer(VideoOutcome.StreamBroken));
        return (failed ?? new VideoAnswer(VideoOutcome.Deidentified)) with
        {
            Ending = stream.Ending,
            Handle = stream.Handle,
            Counts = stream.Counts,
            Tracks = _tracks,
            FramesLost = Math.Max(0, facts.Frames - Times.Count),
        };
    }
}
