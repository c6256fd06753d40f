using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tracking;

/// <summary>
/// Follows regions with two thresholds (the BYTE rule): strong detections are matched to tracks first, then weak ones to the tracks that
/// are left. A weak detection is believed where a face was a moment ago, and starts nothing on its own.
/// </summary>
internal sealed class Tracker(ClassThresholds thresholds, int holdFrames)
{
    /// <summary>Tracks kept at once, lost ones included.</summary>
    public const int TracksMax = 2048;

    private readonly List<Track> _tracks = [];
    private readonly List<Pair> _pairs = [];
    private bool[] _isTaken = [];

    public List<Track> Tracks => _tracks;

    /// <summary>True where detection <paramref name="index"/> of the last frame belongs to a track.</summary>
    public bool IsTaken(int index) => _isTaken[index];

    /// <summary>Moves all tracks to the next frame. False when there were more new tracks than can be kept.</summary>
    public bool TryAdvance(IReadOnlyList<RegionDetection> detections, bool isCut)
    {
        if (_isTaken.Length < detections.Count)
        {
            _isTaken = new bool[detections.Count];
        }

        Array.Clear(_isTaken);
        foreach (var track in _tracks)
        {
            if (isCut)
            {
                track.ForgetRate();
            }

            track.Advance();
        }

        Match(detections, areStrong: true);
        Match(detections, areStrong: false);
        RemoveLost();
        return TryStart(detections);
    }

    private void RemoveLost()
    {
        for (var index = _tracks.Count - 1; index >= 0; index--)
        {
            if (_tracks[index].MissedFrames > holdFrames)
            {
                _tracks.RemoveAt(index);
            }
        }
    }

    /// <summary>
    /// Frames that never came count as frames without a detection. By themselves they never end a hold: what was masked before a gap is
    /// masked on the first frame after it. Over a gap longer than the hold a rate says nothing any more.
    /// </summary>
    public void Skip(int frames)
    {
        for (var skipped = 0; skipped < Math.Min(frames, holdFrames - 1); skipped++)
        {
            foreach (var track in _tracks)
            {
                if (frames > holdFrames)
                {
                    track.ForgetRate();
                }

                // The hold ends with the frame after the gap at the earliest.
                if (track.MissedFrames < holdFrames - 1)
                {
                    track.Advance();
                }
            }
        }
    }

    private bool TryStart(IReadOnlyList<RegionDetection> detections)
    {
        for (var index = 0; index < detections.Count; index++)
        {
            if (_isTaken[index] || detections[index].Score < thresholds[detections[index].Class].Start)
            {
                continue;
            }

            if (_tracks.Count == TracksMax)
            {
                return false;
            }

            _tracks.Add(new Track(detections[index]));
            _isTaken[index] = true;
        }

        return true;
    }

    /// <summary>Matches free tracks and free detections, strong or weak ones, nearest pairs first. A face never continues the track of a plate.</summary>
    private void Match(IReadOnlyList<RegionDetection> detections, bool areStrong)
    {
        CollectPairs(detections, areStrong);
        _pairs.Sort(static (a, b) => b.Affinity.CompareTo(a.Affinity));
        foreach (var (track, index, _) in _pairs)
        {
            if (track.MissedFrames > 0 && !_isTaken[index])
            {
                track.Correct(detections[index]);
                _isTaken[index] = true;
            }
        }
    }

    private void CollectPairs(IReadOnlyList<RegionDetection> detections, bool areStrong)
    {
        _pairs.Clear();
        for (var index = 0; index < detections.Count; index++)
        {
            var (box, score) = detections[index];
            var regionClass = detections[index].Class;
            var wanted = thresholds[regionClass];
            if (_isTaken[index] || score < wanted.Continue || score >= wanted.Start != areStrong)
            {
                continue;
            }

            foreach (var track in _tracks)
            {
                if (track.MissedFrames > 0 && track.Last.Class == regionClass && Affinity.Of(track.Predicted, box) is var affinity && affinity >= Affinity.Min)
                {
                    _pairs.Add(new Pair(track, index, affinity));
                }
            }
        }
    }

    private readonly record struct Pair(Track Track, int Detection, float Affinity);
}
