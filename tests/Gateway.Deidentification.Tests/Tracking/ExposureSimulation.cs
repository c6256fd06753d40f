using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Tracking;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Tracking;

/// <summary>A detector that misses a face in runs: a share of all frames, in bursts of a mean length (a two-state Markov chain).</summary>
internal readonly record struct MissModel(double Share, double MeanBurst)
{
    public double BeginBurst => Share / (MeanBurst * (1 - Share));

    public double EndBurst => 1 / MeanBurst;
}

/// <summary>
/// Lets faces of 10 seconds at 30 frames a second pass through the real look-ahead window and counts those that were in the clear on at
/// least one frame. Faces stand apart, two in one stream.
/// </summary>
internal static class ExposureSimulation
{
    private const int FramesPerTrack = 300;
    private const int FacesAtOnce = 2;

    private static readonly ScoreThresholds Thresholds = new(0.5f, 0.2f, 0.2f);

    /// <summary>Share of tracks exposed on at least one frame.</summary>
    /// <param name="misses">How the detector misses.</param>
    /// <param name="profile">Look-ahead and hold.</param>
    /// <param name="tracks">Faces in all.</param>
    /// <param name="seed">Seed of chance.</param>
    /// <param name="areDropped">True where frames on which the first face is missed never come instead.</param>
    /// <param name="detectEvery">The detector looks at every so many frames, and at the last.</param>
    public static double Run(MissModel misses, TrackingProfile profile, int tracks, ulong seed, bool areDropped = false, int detectEvery = 1)
    {
        var random = new SeededGenerator(seed);
        var exposed = 0;
        for (var begun = 0; begun < tracks; begun += FacesAtOnce)
        {
            exposed += RunStream(misses, profile, random, areDropped, detectEvery);
        }

        return (double)exposed / tracks;
    }

    private static int RunStream(MissModel misses, TrackingProfile profile, SeededGenerator random, bool areDropped, int detectEvery)
    {
        var window = new LookAheadWindow(profile, Thresholds);
        var pending = new Queue<(FrameRegions Frame, int Number)>();
        var seen = new List<RegionDetection>();
        var isExposed = new bool[FacesAtOnce];
        var isMissed = new bool[FacesAtOnce];
        for (var face = 0; face < FacesAtOnce; face++)
        {
            isMissed[face] = random.NextSingle(0, 1) < misses.Share;
        }

        for (var frame = 0; frame < FramesPerTrack; frame++)
        {
            seen.Clear();
            var isDropped = areDropped && isMissed[0] && frame > 0;
            for (var face = 0; face < FacesAtOnce; face++)
            {
                if (!isMissed[face] && (frame % detectEvery == 0 || frame == FramesPerTrack - 1))
                {
                    seen.Add(new RegionDetection(FaceAt(face, frame), 0.9f));
                }

                isMissed[face] = random.NextSingle(0, 1) < (isMissed[face] ? 1 - misses.EndBurst : misses.BeginBurst);
            }

            if (isDropped)
            {
                window.Skip(1);
                continue;
            }

            pending.Enqueue((window.Add(seen, isCut: false), frame));
            while (pending.Count > profile.LookAheadFrames)
            {
                MarkExposed(pending.Dequeue(), isExposed);
            }
        }

        while (pending.TryDequeue(out var last))
        {
            MarkExposed(last, isExposed);
        }

        return isExposed.Count(exposed => exposed);
    }

    private static void MarkExposed((FrameRegions Frame, int Number) answered, bool[] isExposed)
    {
        for (var face = 0; face < FacesAtOnce; face++)
        {
            isExposed[face] |= !IsCovered(answered.Frame.Regions, FaceAt(face, answered.Number));
        }
    }

    /// <summary>The middle 80 % of the face lies within one box, before any margin of a mask.</summary>
    private static bool IsCovered(IReadOnlyList<TrackedRegion> regions, RegionBox face)
    {
        var core = face.Scaled(0.8f);
        for (var index = 0; index < regions.Count; index++)
        {
            var box = regions[index].Box;
            if (box.X <= core.X && box.Right >= core.Right && box.Y <= core.Y && box.Bottom >= core.Bottom)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Faces of 80 pixels, far apart, that drift by half a pixel a frame.</summary>
    private static RegionBox FaceAt(int face, int frame) => new((1000 * face) + (frame / 2f), 100, 80, 80);
}
