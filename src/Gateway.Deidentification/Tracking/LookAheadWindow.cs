using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Tracking;

/// <summary>
/// Decides what to mask on each frame from what was found before, on and after it. A hold alone can never mask the frames before the
/// first detection of a face; a look-ahead can.
/// </summary>
internal sealed class LookAheadWindow(TrackingProfile profile, ScoreThresholds thresholds)
{
    private readonly Tracker _tracker = new(thresholds, profile.HoldFrames);

    /// <summary>Frames that later ones may still add to, the oldest first.</summary>
    private readonly List<FrameRegions> _open = [];

    /// <summary>
    /// Takes the next frame of the stream in. Its regions are final once <see cref="TrackingProfile.LookAheadFrames"/> more frames were
    /// taken in, or the stream has ended.
    /// </summary>
    public FrameRegions Add(IReadOnlyList<RegionDetection> detections, bool isCut) => Add(new FrameRegions(), detections, isCut);

    /// <summary>As the other, with memory for the regions that is used again once the frame was answered.</summary>
    public FrameRegions Add(FrameRegions frame, IReadOnlyList<RegionDetection> detections, bool isCut)
    {
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

            _open.Add(frame);
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
                var box = track.Predicted.Aged(track.MissedFrames).Around(track.Last.Box);
                frame.Add(new TrackedRegion(box, 0, track.Handle, IsBridged: true, track.MarginPx));
                continue;
            }

            frame.Add(new TrackedRegion(track.Last.Box, track.Last.Score, track.Handle, IsBridged: false, track.MarginPx));
            MaskBackwards(track);
        }
    }

    /// <summary>Every detection is masked on its own frame, also one too weak to start a track.</summary>
    private void AddLoose(FrameRegions frame, IReadOnlyList<RegionDetection> detections)
    {
        for (var index = 0; index < detections.Count; index++)
        {
            if (!_tracker.IsTaken(index) && detections[index].Score >= thresholds.Mask)
            {
                frame.Add(new TrackedRegion(detections[index].Box, detections[index].Score, TrackHandle.None, IsBridged: false, 0));
            }
        }
    }

    private void MaskBackwards(Track track)
    {
        var frames = track.IsNew ? _open.Count : Math.Min(track.GapFrames, _open.Count);
        for (var back = 1; back <= frames; back++)
        {
            var box = track.BeforeGap is { } before && !track.IsNew
                ? Interpolated(before, track, back)
                : track.Last.Box.Aged(back);
            _open[^back].Bridge(new TrackedRegion(box, 0, track.Handle, IsBridged: true, track.MarginPx));
        }
    }

    private static RegionBox Interpolated(in RegionBox before, Track track, int back)
    {
        var toNearerEnd = Math.Min(back, track.GapFrames + 1 - back);
        return BoxGeometry.Between(track.Last.Box, before, back / (track.GapFrames + 1f)).Aged(toNearerEnd);
    }
}
