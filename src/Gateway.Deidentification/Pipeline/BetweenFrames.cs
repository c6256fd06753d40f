using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// What <see cref="ThroughputProfile"/> adds to the ordered half of a stream: which frames are looked at, and what becomes of those between. A
/// frame that nobody looked at is believed only as far as its neighbours are: a look that failed closes the frames on both sides of it.
/// </summary>
internal sealed class BetweenFrames(int every)
{
    private readonly PatchSearch _patches = new();
    private long _offered;
    private Reason _lastSeen = Reason.None;

    public bool IsUsed => every > 1;

    /// <summary>True where the next frame offered is not to be looked at.</summary>
    public bool NextIsBetween() => _offered++ % every != 0;

    /// <summary>Takes in what the look at a frame told, after its regions were decided.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="look">The look.</param>
    /// <param name="held">The frames that are held, this one as the last.</param>
    public void TakeIn(HeldFrame frame, in FrameLook look, Queue<HeldFrame> held)
    {
        if (!IsUsed)
        {
            return;
        }

        if (!look.IsSeen)
        {
            frame.Reason = frame.Reason == Reason.None ? _lastSeen : frame.Reason;
            if (frame.Image is { } between)
            {
                _patches.Follow(between, frame.Regions);
            }

            return;
        }

        if (look.Reason != Reason.None)
        {
            CloseBack(held, look.Reason);
        }

        _lastSeen = look.Reason;
        if (frame.IsLooked && frame.Image is { } image)
        {
            _patches.Remember(image, frame.Regions);
        }
    }

    /// <summary>Zeroes what came from pictures.</summary>
    public void Clear() => _patches.Clear();

    /// <summary>The look-ahead is longer than the distance of looks, so the frames between are all still held.</summary>
    private static void CloseBack(Queue<HeldFrame> held, Reason reason)
    {
        HeldFrame? lastSeen = null;
        var count = 0;
        foreach (var frame in held)
        {
            count++;
            lastSeen = frame.IsBetween || count == held.Count ? lastSeen : frame;
        }

        var isAfter = lastSeen is null;
        foreach (var frame in held)
        {
            if (isAfter && frame.IsBetween && frame.Reason == Reason.None)
            {
                frame.Reason = reason;
            }

            isAfter |= ReferenceEquals(frame, lastSeen);
        }
    }
}
