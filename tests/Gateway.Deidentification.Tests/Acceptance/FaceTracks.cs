using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>Faces of the frames of a clip, joined into tracks by their overlap from frame to frame, by code of its own.</summary>
internal sealed class FaceTracks
{
    private const float SameFace = 0.3f;

    /// <summary>A box with sides beyond twice those of a face is of something else: shoulders under a smooth fill, found as one huge head.</summary>
    private const float SameSizeMax = 2;

    private readonly List<List<(int Frame, RegionBox Box)>> _tracks = [];

    public IReadOnlyList<IReadOnlyList<(int Frame, RegionBox Box)>> All => _tracks;

    public void Add(int frame, IEnumerable<RegionBox> faces)
    {
        foreach (var face in faces)
        {
            var track = _tracks.Find(known => known[^1].Frame == frame - 1 && known[^1].Box.IntersectionOverUnion(face) >= SameFace);
            if (track is null)
            {
                _tracks.Add([(frame, face)]);
            }
            else
            {
                track.Add((frame, face));
            }
        }
    }

    /// <summary>
    /// Tracks over which the output is still found to have a face, with the pixels by which it would be seen: a face is found there that overlaps the track's
    /// box of that frame or of the one before or after by a third of the smaller of the two and is at most twice as large. The neighbours count, because a
    /// scan that misses a face of the input must not excuse it in the output.
    /// </summary>
    public IEnumerable<IReadOnlyList<(int Frame, RegionBox Seen)>> FoundAgain(Func<int, IReadOnlyList<RegionBox>> foundInOutput)
    {
        foreach (var track in _tracks)
        {
            var seen = from face in track
                       from frame in new[] { face.Frame - 1, face.Frame, face.Frame + 1 }
                       from found in foundInOutput(frame)
                       where Overlaps(found, face.Box)
                       select (frame, Common(found, face.Box));
            if (seen.ToList() is { Count: > 0 } all)
            {
                yield return all;
            }
        }
    }

    private static RegionBox Common(RegionBox one, RegionBox other)
    {
        var (left, top) = (Math.Max(one.X, other.X), Math.Max(one.Y, other.Y));
        return new RegionBox(left, top, Math.Min(one.Right, other.Right) - left, Math.Min(one.Bottom, other.Bottom) - top);
    }

    private static bool Overlaps(RegionBox one, RegionBox other)
    {
        var common = Common(one, other);
        return common.Width > 0 && common.Height > 0 && common.Area * 3 >= Math.Min(one.Area, other.Area)
            && Math.Max(one.Area, other.Area) <= SameSizeMax * SameSizeMax * Math.Min(one.Area, other.Area);
    }
}
