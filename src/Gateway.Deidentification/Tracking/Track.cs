using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tracking;

/// <summary>One region followed over frames.</summary>
internal sealed class Track
{
    /// <summary>A track that was lost for long is uncertain beyond use; its box grows as well, so this much is enough.</summary>
    private const float DeviationMarginMax = 0.5f;

    private KalmanAxis _x;
    private KalmanAxis _y;
    private KalmanAxis _width;
    private KalmanAxis _height;

    public Track(in RegionDetection detection)
    {
        var box = detection.Box;
        var size = SizeOf(box);
        (_x, _y) = (new KalmanAxis(box.CenterX, size), new KalmanAxis(box.CenterY, size));
        (_width, _height) = (new KalmanAxis(box.Width, size), new KalmanAxis(box.Height, size));
        Last = detection;
    }

    public TrackHandle Handle { get; } = TrackHandle.Draw();

    /// <summary>The last detection.</summary>
    public RegionDetection Last { get; private set; }

    /// <summary>The detection before the gap that the last one ended, if any.</summary>
    public RegionBox? BeforeGap { get; private set; }

    /// <summary>Frames since the last detection; 0 where this frame has one.</summary>
    public int MissedFrames { get; private set; }

    /// <summary>Frames of the gap that the last detection ended.</summary>
    public int GapFrames { get; private set; }

    /// <summary>True on the frame of its first detection.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Where the filter believes the region to be on this frame.</summary>
    public RegionBox Predicted
    {
        get
        {
            // The filter may extrapolate a shrinking side below zero.
            var (width, height) = (Math.Max(1, _width.Place), Math.Max(1, _height.Place));
            return new RegionBox(_x.Place - (width / 2), _y.Place - (height / 2), width, height);
        }
    }

    /// <summary>Margin for motion within a frame and for uncertainty: the larger of one frame's way and two standard deviations.</summary>
    public float MarginPx
    {
        get
        {
            var deviation = 2 * Math.Max(_x.PlaceDeviation, _y.PlaceDeviation);
            return Math.Max(WayPx, Math.Min(deviation, DeviationMarginMax * SizeOf(Last.Box)));
        }
    }

    /// <summary>One frame's way.</summary>
    public float WayPx => Math.Max(MathF.Abs(_x.Rate), MathF.Abs(_y.Rate));

    /// <summary>One frame later, nothing known about it yet.</summary>
    public void Advance()
    {
        var size = SizeOf(Last.Box);
        _x.Predict(size);
        _y.Predict(size);
        _width.Predict(size);
        _height.Predict(size);
        MissedFrames++;
        (IsNew, GapFrames, BeforeGap) = (false, 0, null);
    }

    /// <summary>Found on this frame.</summary>
    public void Correct(in RegionDetection detection)
    {
        var box = detection.Box;
        var size = SizeOf(box);
        _x.Correct(box.CenterX, size);
        _y.Correct(box.CenterY, size);
        _width.Correct(box.Width, size);
        _height.Correct(box.Height, size);
        (GapFrames, BeforeGap) = (MissedFrames - 1, Last.Box);
        (Last, MissedFrames) = (detection, 0);
    }

    /// <summary>After a cut the picture moves no longer as it did.</summary>
    public void ForgetRate()
    {
        var size = SizeOf(Last.Box);
        _x.ForgetRate(size);
        _y.ForgetRate(size);
        _width.ForgetRate(size);
        _height.ForgetRate(size);
    }

    private static float SizeOf(in RegionBox box) => Math.Max(box.Width, box.Height);
}
