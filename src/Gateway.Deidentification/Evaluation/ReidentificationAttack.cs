namespace Gateway.Deidentification.Evaluation;

/// <summary>What an attack achieved.</summary>
/// <param name="Identities">Identities in the gallery; guessing is right once in so many.</param>
/// <param name="Clear">Rank 1 with clear faces: whether the recogniser recognises anybody in this set at all.</param>
/// <param name="Deidentified">Rank 1 with the same faces after de-identification.</param>
/// <param name="Recogniser">Which recogniser.</param>
public sealed record ReidentificationResult(int Identities, Proportion Clear, Proportion Deidentified, string Recogniser)
{
    /// <summary>Share that guessing finds.</summary>
    public double Chance => Identities == 0 ? 0 : 1.0 / Identities;

    /// <summary>False where the recogniser is no better than guessing on clear faces: then its failure on masked ones proves nothing.</summary>
    public bool SaysSomething => Clear.Low > Chance;
}

/// <summary>
/// A stock recogniser against the output: the first sighting of each track, in clear, is the gallery; a later sighting, de-identified, is looked up
/// in it. One probe a track, so that trials are independent. Embeddings are in memory only and cleared at the end.
/// </summary>
/// <param name="recogniser">The recogniser; stays the caller's.</param>
/// <param name="isStills">True where a track is a person through a set of stills: then the second picture is the probe, else a frame some way on.</param>
public sealed class ReidentificationAttack(Recogniser recogniser, bool isStills) : IDisposable
{
    /// <summary>Most identities; more would be a search of another kind.</summary>
    public const int IdentitiesMax = 10_000;

    /// <summary>Labelled sightings after the first at which a face is probed, so that a clip does not ask about the very next frame; stills have the next.</summary>
    private const int ProbeAfter = 10;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Sequence, string Track), Identity> _identities = [];

    /// <summary>Sees a clear picture before it goes in.</summary>
    public void SeeClear(string sequence, int number, EvaluatedPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        lock (_lock)
        {
            foreach (var face in Counted(picture.Faces ?? []))
            {
                SeeClear((sequence, face.Track), number, picture, face);
            }
        }
    }

    /// <summary>Sees the output of the same picture afterwards.</summary>
    public void SeeOutput(EvaluatedOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        lock (_lock)
        {
            foreach (var face in Counted(output.Sighting.Faces.Select(sighting => sighting.Face)))
            {
                if (_identities.TryGetValue((output.Sighting.Sequence, face.Track), out var identity) && identity.ProbeNumber == output.Sighting.Number)
                {
                    // A frame that was not sent shows nothing: it is found nowhere.
                    identity.Deidentified = output.Output.IsEmpty ? [] : recogniser.Embed(output.Output.Span, output.Cover.Width, output.Cover.Height, face.Box);
                }
            }
        }
    }

    /// <summary>Looks every probe up.</summary>
    public ReidentificationResult Run()
    {
        lock (_lock)
        {
            var probed = _identities.Values.Where(identity => identity.Deidentified is not null).ToList();
            return new ReidentificationResult(
                _identities.Count,
                probed.Aggregate(default(Proportion), (sum, identity) => sum.With(Nearest(identity.Clear!) == identity)),
                probed.Aggregate(default(Proportion), (sum, identity) => sum.With(Nearest(identity.Deidentified!) == identity)),
                recogniser.Name);
        }
    }

    /// <summary>Clears every embedding.</summary>
    public void Dispose()
    {
        foreach (var identity in _identities.Values)
        {
            Array.Clear(identity.Gallery);
            Array.Clear(identity.Clear ?? []);
            Array.Clear(identity.Deidentified ?? []);
        }

        _identities.Clear();
    }

    private void SeeClear((string Sequence, string Track) key, int number, EvaluatedPicture picture, LabelledFace face)
    {
        if (!_identities.TryGetValue(key, out var identity))
        {
            if (_identities.Count < IdentitiesMax)
            {
                _identities[key] = new Identity(Embed(picture, face));
            }

            return;
        }

        identity.Sightings++;
        if (identity.Sightings == (isStills ? 1 : ProbeAfter))
        {
            (identity.ProbeNumber, identity.Clear) = (number, Embed(picture, face));
        }
    }

    private float[] Embed(EvaluatedPicture picture, LabelledFace face) => recogniser.Embed(picture.Image.Bytes, picture.Image.Width, picture.Image.Height, face.Box);

    private Identity? Nearest(float[] probe)
    {
        var (best, nearest) = (float.NegativeInfinity, default(Identity));
        foreach (var identity in _identities.Values.Where(identity => identity.Gallery.Length == probe.Length))
        {
            var likeness = identity.Gallery.Zip(probe, (left, right) => left * right).Sum();
            (best, nearest) = likeness > best ? (likeness, identity) : (best, nearest);
        }

        return nearest;
    }

    private static IEnumerable<LabelledFace> Counted(IEnumerable<LabelledFace> faces) =>
        faces.Where(face => face.Track.Length > 0 && FaceSizeClasses.Of(FaceSizeClasses.SizeOf(face.Box)) != FaceSizeClass.Below12);

    private sealed class Identity(float[] gallery)
    {
        public float[] Gallery { get; } = gallery;

        public int Sightings { get; set; }

        public int ProbeNumber { get; set; } = -1;

        public float[]? Clear { get; set; }

        public float[]? Deidentified { get; set; }
    }
}
