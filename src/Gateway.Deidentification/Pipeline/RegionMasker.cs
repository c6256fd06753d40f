using System.Buffers;
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

    private readonly bool _isStream;

    private RegionMasker(IMaskFiller filler, bool isStream) => (_filler, _isStream) = (filler, isStream);

    /// <exception cref="ArgumentException">The choice is not allowed; ask <see cref="RedactionChoice.IsAllowed"/> first.</exception>
    public static RegionMasker ForStill(RedactionChoice redaction) => For(redaction, isStream: false);

    /// <exception cref="ArgumentException">The choice is not allowed; ask <see cref="RedactionChoice.IsAllowed"/> first.</exception>
    public static RegionMasker ForStream(RedactionChoice redaction) => For(redaction, isStream: true);

    private static RegionMasker For(RedactionChoice redaction, bool isStream) => MaskFillers.TryCreate(redaction.Technique, redaction.AllowWeak, out var filler)
        ? new RegionMasker(filler, isStream)
        : throw new ArgumentException("The technique is not allowed.", nameof(redaction));

    /// <summary>True where the technique has a quieter form for masks that look like heads.</summary>
    public bool HasQuietFill => _filler.Technique == RedactionTechnique.OutsideFill;

    /// <summary>True where a region that has an outline is masked by it; under every other technique the box is.</summary>
    public bool DrawsOutlines => _filler.Technique == RedactionTechnique.Silhouette;

    /// <summary>True where the fill of a frame depends on frames before it: a mosaic keeps the cells a track began with.</summary>
    public bool IsOrdered => _filler.Technique == RedactionTechnique.Mosaic;

    public void Fill(PixelImage image, MaskMap mask, IReadOnlyList<RegionRecord> regions, ulong frameNumber)
    {
        var (masked, count) = (ArrayPool<MaskedRegion>.Shared.Rent(regions.Count), 0);
        for (var index = 0; index < regions.Count; index++)
        {
            var region = regions[index];
            if (HasCells(region))
            {
                masked[count++] = new MaskedRegion(region.Mask, SnapshotOf(region.Track));
            }
        }

        CoefficientPath.BeforeFill(image, mask, _filler.Technique);
        _filler.Fill(image, mask, masked.AsSpan(0, count), _grain.ForFrame(frameNumber));
        ArrayPool<MaskedRegion>.Shared.Return(masked, clearArray: true);
    }

    /// <summary>
    /// Fills like <see cref="Fill"/>, but quietly where the mask says so: together with the hair and shoulders around it, a smooth fill can look
    /// like a face to a detector and to people. Other techniques have no quieter form and fill as ever.
    /// </summary>
    public void FillQuietly(PixelImage image, FrameMask mask, ulong frameNumber)
    {
        if (HasQuietFill)
        {
            CoefficientPath.BeforeFill(image, mask.Map, _filler.Technique);
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

    /// <summary>
    /// In a stream a region of no track gets no cells of a mosaic and stays flat: nothing would freeze them, and what shows a face anew in
    /// every frame is a video of it.
    /// </summary>
    private bool HasCells(in RegionRecord region) => !_isStream || _filler.Technique != RedactionTechnique.Mosaic || region.Track != TrackHandle.None;

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
