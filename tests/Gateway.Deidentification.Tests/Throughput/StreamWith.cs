using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Throughput;

/// <summary>What a run of frames cost.</summary>
/// <param name="BytesPerFrame">
/// Managed bytes allocated a frame, in the thriftiest of the windows that were measured: on a machine that is busy the thread pool keeps growing, and
/// each of its threads fills its own cache of waiting operations first.
/// </param>
/// <param name="Regions">Regions masked.</param>
/// <param name="Closed">Frames masked whole or withheld.</param>
internal readonly record struct StreamCost(double BytesPerFrame, long Regions, long Closed);

/// <summary>Runs frames through a stream and counts.</summary>
internal static class StreamWith
{
    public static PipelineParts Parts(IRegionDetector detector) => new(
        detector,
        new SkiaStillCodec(),
        new RecordContext("throughput", new PolicyReference("default", 1), (_, digest) => digest.Clear()),
        new DetectionLane(2),
        TimeProvider.System,
        NullLogger.Instance);

    private const int WindowFrames = 30;

    /// <summary>Writes frames over and over; the first so many answers are not counted.</summary>
    public static async Task<StreamCost> RunAsync(StreamDeidentifier stream, IReadOnlyList<byte[]> frames, int warmUp, int measured)
    {
        var writing = WriteAsync(stream, frames, warmUp + measured);
        var (read, regions, closed, allocatedBefore, least) = (0, 0L, 0L, 0L, long.MaxValue);
        await foreach (var answer in stream.ReadAllAsync(CancellationToken.None))
        {
            using (answer)
            {
                read++;
                if (read > warmUp)
                {
                    regions += answer.Record.Regions.Count;
                    closed += answer.Record.Decision is Decision.FrameMasked or Decision.Withheld ? 1 : 0;
                }
            }

            if (read >= warmUp && (read - warmUp) % WindowFrames == 0)
            {
                var allocated = GC.GetTotalAllocatedBytes(precise: true);
                least = read == warmUp ? least : Math.Min(least, allocated - allocatedBefore);
                allocatedBefore = allocated;
            }
        }

        await writing;
        return new StreamCost((double)least / WindowFrames, regions, closed);
    }

    /// <summary>Writes until the stream takes no more for a while, and says how many it took.</summary>
    public static async Task<int> FillAsync(StreamDeidentifier stream, byte[] frame)
    {
        using var patience = new CancellationTokenSource();
        for (var number = 0; ; number++)
        {
            patience.CancelAfter(TimeSpan.FromSeconds(3));
            try
            {
                await stream.WriteAsync((ulong)number, 0, frame, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return number;
            }
        }
    }

    private static async Task WriteAsync(StreamDeidentifier stream, IReadOnlyList<byte[]> frames, int count)
    {
        for (var number = 0; number < count; number++)
        {
            await stream.WriteAsync((ulong)number, number, frames[number % frames.Count], CancellationToken.None);
        }

        stream.Complete();
    }
}
