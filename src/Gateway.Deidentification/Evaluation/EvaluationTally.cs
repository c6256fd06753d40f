using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Evaluation;

/// <summary>A face on a picture and what the output shows of it.</summary>
/// <param name="Face">The face.</param>
/// <param name="CoreShare">Covered share of its core.</param>
public readonly record struct FaceSighting(LabelledFace Face, double CoreShare)
{
    /// <summary>True where nothing that identifies is left.</summary>
    public bool IsCovered => CoreShare >= CoverMap.CoveredShareMin;

    /// <summary>Size class of the face.</summary>
    public FaceSizeClass Size => FaceSizeClasses.Of(FaceSizeClasses.SizeOf(Face.Box));
}

/// <summary>What became of one labelled picture or frame.</summary>
/// <param name="Sequence">Sequence it belongs to; the same for all stills.</param>
/// <param name="Number">Number in the sequence, from 0.</param>
/// <param name="Decision">What was decided.</param>
/// <param name="Reason">Why it was masked whole or not sent, or <see cref="Reason.None"/>.</param>
/// <param name="MaskedShare">Masked share of the picture.</param>
/// <param name="Faces">Its faces.</param>
public sealed record PictureSighting(string Sequence, int Number, Decision Decision, Reason Reason, double MaskedShare, IReadOnlyList<FaceSighting> Faces)
{
    /// <summary>True where it was masked whole or not sent.</summary>
    public bool IsClosed => Decision is Decision.FrameMasked or Decision.Withheld;
}

/// <summary>Adds sightings up, in memory that grows with the tracks only.</summary>
public sealed class EvaluationTally
{
    private readonly Dictionary<FaceSizeClass, Proportion> _faces = [];
    private readonly Dictionary<FaceSizeClass, Proportion> _facesByRegions = [];
    private readonly Dictionary<(string Sequence, string Track), TrackSighting> _tracks = [];
    private readonly SortedDictionary<Reason, int> _closedBy = [];
    private double _maskedShares;

    /// <summary>Labelled pictures or frames.</summary>
    public int Pictures { get; private set; }

    /// <summary>Of these, masked whole or not sent.</summary>
    public int PicturesClosed { get; private set; }

    /// <summary>Of these, how many for each reason.</summary>
    public IReadOnlyDictionary<Reason, int> ClosedBy => _closedBy;

    /// <summary>Of the pictures with faces that are counted, those on which every face is covered.</summary>
    public Proportion PicturesCovered { get; private set; }

    /// <summary>Faces below 12 px, which are in no figure.</summary>
    public int FacesNotCounted { get; private set; }

    /// <summary>Mean share of a picture that is masked.</summary>
    public double MaskedShare => Pictures == 0 ? 0 : _maskedShares / Pictures;

    /// <summary>Tracks; empty where faces have none.</summary>
    public IReadOnlyCollection<TrackSighting> Tracks => _tracks.Values;

    /// <summary>Adds one picture.</summary>
    public void Add(PictureSighting picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Pictures++;
        if (picture.IsClosed)
        {
            PicturesClosed++;
            _closedBy[picture.Reason] = _closedBy.GetValueOrDefault(picture.Reason) + 1;
        }

        _maskedShares += picture.MaskedShare;
        var counted = picture.Faces.Where(face => face.Size != FaceSizeClass.Below12).ToList();
        FacesNotCounted += picture.Faces.Count - counted.Count;
        foreach (var face in counted)
        {
            Add(_faces, face);
            if (!picture.IsClosed)
            {
                Add(_facesByRegions, face);
            }

            if (face.Face.Track.Length > 0)
            {
                Track(picture, face);
            }
        }

        if (counted.Count > 0)
        {
            PicturesCovered = PicturesCovered.With(counted.TrueForAll(face => face.IsCovered));
        }
    }

    /// <summary>Faces of a size that are covered; of all sizes where none is named.</summary>
    public Proportion FacesCovered(FaceSizeClass? size = null) => Sum(_faces, size);

    /// <summary>The same without pictures that were masked whole or not sent: what masks of regions alone achieve.</summary>
    public Proportion FacesCoveredByRegions(FaceSizeClass? size = null) => Sum(_facesByRegions, size);

    /// <summary>Tracks of a mean size with at least one frame on which the face is not covered; of all sizes where none is named.</summary>
    public Proportion TracksExposed(FaceSizeClass? size = null) => _tracks.Values
        .Where(track => size is null || FaceSizeClasses.Of(track.MeanSizePx) == size)
        .Aggregate(default(Proportion), (sum, track) => sum.With(track.FramesExposed > 0));

    private void Track(PictureSighting picture, in FaceSighting face)
    {
        var key = (picture.Sequence, face.Face.Track);
        if (!_tracks.TryGetValue(key, out var track))
        {
            _tracks[key] = track = new TrackSighting(key.Sequence, key.Track, picture.Number);
        }

        track.Add(picture.Number, face);
    }

    private static void Add(Dictionary<FaceSizeClass, Proportion> sums, in FaceSighting face) =>
        sums[face.Size] = sums.GetValueOrDefault(face.Size).With(face.IsCovered);

    private static Proportion Sum(Dictionary<FaceSizeClass, Proportion> sums, FaceSizeClass? size) => size is { } one
        ? sums.GetValueOrDefault(one)
        : sums.Values.Aggregate(default(Proportion), (all, part) => new Proportion(all.Hits + part.Hits, all.Total + part.Total));
}

/// <summary>One face through a sequence.</summary>
/// <param name="sequence">Sequence.</param>
/// <param name="track">Track.</param>
/// <param name="firstFrame">Frame on which it is first labelled.</param>
public sealed class TrackSighting(string sequence, string track, int firstFrame)
{
    private double _sizes;

    /// <summary>Sequence.</summary>
    public string Sequence { get; } = sequence;

    /// <summary>Track.</summary>
    public string Track { get; } = track;

    /// <summary>Labelled frames.</summary>
    public int Frames { get; private set; }

    /// <summary>Of these, frames on which the face is not covered.</summary>
    public int FramesExposed { get; private set; }

    /// <summary>Frames from the first labelled one to the first covered one; null where it never is.</summary>
    public int? FramesToFirstMask { get; private set; }

    /// <summary>Mean size, pixels.</summary>
    public double MeanSizePx => _sizes / Frames;

    internal void Add(int number, in FaceSighting face)
    {
        Frames++;
        _sizes += FaceSizeClasses.SizeOf(face.Face.Box);
        FramesExposed += face.IsCovered ? 0 : 1;
        if (face.IsCovered)
        {
            FramesToFirstMask ??= number - firstFrame;
        }
    }
}
