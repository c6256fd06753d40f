using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Tracking;

/// <summary>
/// Follows regions with two thresholds (the BYTE rule): strong detections are matched to tracks first, then weak ones to the tracks that
/// are left. A weak detection is believed where a face was a moment ago, and starts nothing on its own.
/// </summary>
internal sealed class Tracker(ScoreThresholds thresholds, int holdFrames)
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

        Match(detections, thresholds.Start, float.PositiveInfinity);
        Match(detections, thresholds.Continue, thresholds.Start);
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

    private bool TryStart(IReadOnlyList<RegionDetection> detections)
    {
        for (var index = 0; index < detections.Count; index++)
        {
            if (_isTaken[index] || detections[index].Score < thresholds.Start)
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

    /// <summary>Matches free tracks and free detections of a range of scores, nearest pairs first.</summary>
    private void Match(IReadOnlyList<RegionDetection> detections, float scoreMin, float scoreBelow)
    {
        CollectPairs(detections, scoreMin, scoreBelow);
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

    private void CollectPairs(IReadOnlyList<RegionDetection> detections, float scoreMin, float scoreBelow)
    {
        _pairs.Clear();
        for (var index = 0; index < detections.Count; index++)
        {
            var (box, score) = (detections[index].Box, detections[index].Score);
            if (_isTaken[index] || score < scoreMin || score >= scoreBelow)
            {
                continue;
            }

            foreach (var track in _tracks)
            {
                if (track.MissedFrames > 0 && Affinity.Of(track.Predicted, box) is var affinity && affinity >= Affinity.Min)
                {
                    _pairs.Add(new Pair(track, index, affinity));
                }
            }
        }
    }

    private readonly record struct Pair(Track Track, int Detection, float Affinity);
}
