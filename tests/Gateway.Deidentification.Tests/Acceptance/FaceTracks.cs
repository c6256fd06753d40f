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
    /// Tracks of which an output frame still shows the face: a face is found there that overlaps the track's box of that frame or of the one before or
    /// after by a third of the smaller of the two and is at most twice as large. The neighbours count, because a scan that misses a face of the input must not excuse it in the output.
    /// </summary>
    public int Exposed(Func<int, IReadOnlyList<RegionBox>> shownInOutput) => _tracks.Count(track => track.Exists(seen =>
        new[] { seen.Frame - 1, seen.Frame, seen.Frame + 1 }.Any(frame => shownInOutput(frame).Any(found => Overlaps(found, seen.Box)))));

    private static bool Overlaps(RegionBox one, RegionBox other)
    {
        var width = Math.Min(one.Right, other.Right) - Math.Max(one.X, other.X);
        var height = Math.Min(one.Bottom, other.Bottom) - Math.Max(one.Y, other.Y);
        return width > 0 && height > 0 && width * height * 3 >= Math.Min(one.Area, other.Area)
            && Math.Max(one.Area, other.Area) <= SameSizeMax * SameSizeMax * Math.Min(one.Area, other.Area);
    }
}
