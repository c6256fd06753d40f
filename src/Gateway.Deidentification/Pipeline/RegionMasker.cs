using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Replaces the masked pixels of the frames of one stream, or of one still, with the technique chosen for it.</summary>
internal sealed class RegionMasker
{
    private readonly IMaskFiller _filler;
    private readonly DitherNoise _grain = DitherNoise.WithRandomKey();
    private readonly Dictionary<TrackHandle, MosaicSnapshot> _snapshots = [];

    private RegionMasker(IMaskFiller filler) => _filler = filler;

    /// <exception cref="ArgumentException">The choice is not allowed; ask <see cref="RedactionChoice.IsAllowed"/> first.</exception>
    public static RegionMasker For(RedactionChoice redaction) => MaskFillers.TryCreate(redaction.Technique, redaction.AllowWeak, out var filler)
        ? new RegionMasker(filler)
        : throw new ArgumentException("The technique is not allowed.", nameof(redaction));

    /// <summary>True where the technique has a quieter form for masks that look like heads.</summary>
    public bool HasQuietFill => _filler.Technique == RedactionTechnique.OutsideFill;

    public void Fill(PixelImage image, MaskMap mask, IReadOnlyList<RegionRecord> regions, ulong frameNumber)
    {
        var masked = new MaskedRegion[regions.Count];
        for (var index = 0; index < masked.Length; index++)
        {
            masked[index] = new MaskedRegion(regions[index].Mask, SnapshotOf(regions[index].Track));
        }

        _filler.Fill(image, mask, masked, _grain.ForFrame(frameNumber));
    }

    /// <summary>
    /// Fills like <see cref="Fill"/>, but quietly where the mask says so: together with the hair and shoulders around it, a smooth fill can look
    /// like a face to a detector and to people. Other techniques have no quieter form and fill as ever.
    /// </summary>
    public void FillQuietly(PixelImage image, FrameMask mask, ulong frameNumber)
    {
        if (HasQuietFill)
        {
            new OutsideFill(mask.QuietBoxes).Fill(image, mask.Map, [], _grain.ForFrame(frameNumber));
        }
        else
        {
            Fill(image, mask.Map, mask.Regions, frameNumber);
        }
    }

    /// <summary>Forgets what belongs to tracks that are not among those of this frame: a track that was left out once never comes back.</summary>
    public void KeepOnly(IReadOnlyList<TrackedRegion> regions)
    {
        foreach (var (handle, snapshot) in _snapshots)
        {
            if (!regions.Any(region => region.Handle == handle))
            {
                snapshot.Clear();
                _snapshots.Remove(handle);
            }
        }
    }

    private MosaicSnapshot? SnapshotOf(TrackHandle track)
    {
        if (_filler.Technique != RedactionTechnique.Mosaic || track == TrackHandle.None)
        {
            return null;
        }

        if (!_snapshots.TryGetValue(track, out var snapshot))
        {
            snapshot = new MosaicSnapshot();
            _snapshots.Add(track, snapshot);
        }

        return snapshot;
    }
}
