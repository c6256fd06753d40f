using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Tracking;

/// <summary>
/// Decides what to mask on each frame from what was found before, on and after it. A hold alone can never mask the frames before the
/// first detection of a face; a look-ahead can.
/// </summary>
internal sealed class LookAheadWindow(TrackingProfile profile, ClassThresholds thresholds)
{
    private readonly Tracker _tracker = new(thresholds, profile.HoldFrames);

    /// <summary>Frames that later ones may still add to, the oldest first.</summary>
    private readonly List<(FrameRegions Frame, long Tick)> _open = [];

    /// <summary>Frames so far, those included that never came.</summary>
    private long _tick;

    /// <summary>The same thresholds for all classes.</summary>
    public LookAheadWindow(TrackingProfile profile, ScoreThresholds thresholds)
        : this(profile, ClassThresholds.Same(thresholds))
    {
    }

    /// <summary>
    /// Says that frames of the stream never came: a drop before us, or a pause. Tracks go on through them as through frames without a
    /// detection, and the frames that waited for them are known to be cut short.
    /// </summary>
    public void Skip(int frames)
    {
        _tracker.Skip(frames);
        _tick += frames;
        foreach (var (frame, _) in _open)
        {
            frame.IsCutShort = true;
        }
    }

    /// <summary>
    /// Takes the next frame of the stream in. Its regions are final once <see cref="TrackingProfile.LookAheadFrames"/> more frames were
    /// taken in, or the stream has ended.
    /// </summary>
    public FrameRegions Add(IReadOnlyList<RegionDetection> detections, bool isCut) => Add(new FrameRegions(), detections, isCut);

    /// <summary>As the other, with memory for the regions that is used again once the frame was answered.</summary>
    public FrameRegions Add(FrameRegions frame, IReadOnlyList<RegionDetection> detections, bool isCut)
    {
        _tick++;
        frame.Clear();
        frame.IsSaturated = !_tracker.TryAdvance(detections, isCut);
        AddTracks(frame);
        AddLoose(frame, detections);
        if (profile.LookAheadFrames > 0)
        {
            if (_open.Count == profile.LookAheadFrames)
            {
                _open.RemoveAt(0);
            }

            _open.Add((frame, _tick));
        }

        return frame;
    }

    private void AddTracks(FrameRegions frame)
    {
        foreach (var track in _tracker.Tracks)
        {
            if (track.MissedFrames > 0)
            {
                // Where it would be had it gone on, and where it was seen last: a face may also stop.
                var (predicted, missed, regionClass) = (track.Predicted, track.MissedFrames, track.Last.Class);
                var box = predicted.Aged(missed).Around(track.Last.Box);
                var margin = BoxGeometry.MarginBeyondAge(track.MarginPx, predicted, missed, RegionMargins.Of(regionClass));
                frame.Add(new TrackedRegion(box, 0, track.Handle, IsBridged: true, margin, regionClass));
                continue;
            }

            frame.Add(new TrackedRegion(track.Last.Box, track.Last.Score, track.Handle, IsBridged: false, track.MarginPx, track.Last.Class, track.Last.Outline, track.WayPx));
            MaskBackwards(track);
        }
    }

    /// <summary>Every detection is masked on its own frame, also one too weak to start a track.</summary>
    private void AddLoose(FrameRegions frame, IReadOnlyList<RegionDetection> detections)
    {
        for (var index = 0; index < detections.Count; index++)
        {
            var (box, score) = detections[index];
            var regionClass = detections[index].Class;
            if (!_tracker.IsTaken(index) && score >= thresholds[regionClass].Mask)
            {
                frame.Add(new TrackedRegion(box, score, TrackHandle.None, IsBridged: false, 0, regionClass, detections[index].Outline));
            }
        }
    }

    private void MaskBackwards(Track track)
    {
        for (var index = _open.Count - 1; index >= 0; index--)
        {
            // Frames back from this one, those included that never came.
            var (frame, tick) = _open[index];
            var back = (int)(_tick - tick);
            if (!track.IsNew && back > track.GapFrames)
            {
                return;
            }

            var box = track.BeforeGap is { } before && !track.IsNew
                ? Interpolated(before, track, back)
                : track.Last.Box.Aged(back);
            frame.Bridge(new TrackedRegion(box, 0, track.Handle, IsBridged: true, track.MarginPx, track.Last.Class));
        }
    }

    private static RegionBox Interpolated(in RegionBox before, Track track, int back)
    {
        var toNearerEnd = Math.Min(back, track.GapFrames + 1 - back);
        return BoxGeometry.Between(track.Last.Box, before, back / (track.GapFrames + 1f)).Aged(toNearerEnd);
    }
}
