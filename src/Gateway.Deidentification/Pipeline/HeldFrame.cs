using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>A frame between being taken in and being answered.</summary>
internal sealed class HeldFrame(FrameStamp stamp, long acceptedAt) : IDisposable
{
    public FrameStamp Stamp { get; } = stamp;

    public long AcceptedAt { get; } = acceptedAt;

    /// <summary>The pixels; none until an encoded frame was decoded.</summary>
    public PixelImage? Image { get; set; }

    /// <summary>How the file was encoded, where frames come encoded and this one was decoded.</summary>
    public StillTraits? Traits { get; set; }

    /// <summary>The file, where frames come encoded.</summary>
    public ClearedBuffer? Encoded { get; init; }

    public Task<FrameLook> Look { get; set; } = Task.FromCanceled<FrameLook>(new CancellationToken(canceled: true));

    public Reason Reason { get; set; }

    /// <summary>True where it does not fit the stream: it is not answered.</summary>
    public bool IsRefused { get; set; }

    public TimeSpan LookDuration { get; set; }

    public FrameRegions Regions { get; set; } = new();

    /// <summary>Takes the pixels over, unless somebody still reads them.</summary>
    public PixelImage? TakeImage()
    {
        if (!Look.IsCompleted)
        {
            return null;
        }

        var image = Image;
        Image = null;
        return image;
    }

    /// <summary>Zeroes everything as soon as the detector no longer reads it.</summary>
    public void Dispose()
    {
        if (Look.IsCompleted)
        {
            Clear();
            return;
        }

        Look.ContinueWith(_ => Clear(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Clear()
    {
        Image?.Dispose();
        Encoded?.Dispose();
    }
}
