using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;

namespace Gateway.Deidentification.Pipeline;

/// <summary>The mask of one image in the making, and what it is made of. It serves one image after the other.</summary>
internal sealed class FrameMask(MaskMap empty)
{
    /// <summary>Beyond this share the picture is all masks: detections that many are noise, and what is left between them is not safe.</summary>
    private const double CoverageShareMax = 0.6;

    /// <summary>
    /// Regions found with certainty that do not count towards that share: a few faces before the camera fill a picture, and are no noise. Where
    /// there are more it is a crowd, in which some face may be missed.
    /// </summary>
    private const int CertainRegionsMax = 12;

    /// <summary>Beyond this share nothing worth showing is left, whatever the masks are of.</summary>
    private const double CloseUpShareMax = 0.9;

    private readonly List<RegionRecord> _regions = [];
    private readonly List<RegionBox> _quietBoxes = [];
    private readonly MaskMap _trial = empty.Blank();
    private readonly MaskMap _before = empty.Blank();
    private readonly MaskMap _uncertain = empty.Blank();
    private int _certainRegions;

    /// <summary>A mask for one image.</summary>
    public FrameMask(PixelImage image)
        : this(CoefficientPath.EmptyMaskFor(image))
    {
    }

    public MaskMap Map { get; } = empty;

    public List<RegionRecord> Regions => _regions;

    /// <summary>Masks under these have a fill without any shape of its own.</summary>
    public IReadOnlyList<RegionBox> QuietBoxes => _quietBoxes;

    public bool IsTooLarge => Map.CoverageShare is var share && share > CoverageShareMax
        && (share > CloseUpShareMax || _certainRegions > CertainRegionsMax || _uncertain.CoverageShare > CoverageShareMax);

    /// <param name="region">What to mask.</param>
    /// <param name="isCertain">True where it was found well enough to start a track, on this frame or on one near it.</param>
    public void Add(in TrackedRegion region, bool isCertain = false)
    {
        _regions.Add(new RegionRecord(
            region.Box, AddTo(Map, region), region.Score, region.Handle, region.IsBridged, region.Class, region.Outline is not null));
        if (isCertain)
        {
            _certainRegions++;
        }
        else
        {
            AddTo(_uncertain, region);
        }
    }

    /// <summary>Adds a region unless the mask would become too large; false then.</summary>
    public bool TryAdd(in TrackedRegion region)
    {
        _trial.Clear();
        AddTo(_trial, region);
        _trial.Add(Map);
        if (_trial.CoverageShare > CoverageShareMax)
        {
            return false;
        }

        Add(region);
        return true;
    }

    private static PixelRect AddTo(MaskMap map, in TrackedRegion region) => region.Outline is { } outline
        ? map.Add(outline, outline.MarginPx(region.Box, region.WayPx))
        : map.Add(region.Box, region.MarginPx, region.Class);

    /// <summary>True when the masks under a box are filled quietly already.</summary>
    public bool IsQuiet(in RegionBox box)
    {
        var wanted = box;
        return _quietBoxes.Exists(quiet => quiet.Touches(wanted));
    }

    /// <summary>Fills the masks under a box quietly from the next fill on.</summary>
    public void Quieten(in RegionBox box) => _quietBoxes.Add(box);

    /// <summary>Fills every mask quietly from the next fill on.</summary>
    public void QuietenAll() => _quietBoxes.Add(new RegionBox(0, 0, Map.Width, Map.Height));

    /// <summary>A copy of the map as it is now; the next copy takes its place.</summary>
    public MaskMap Snapshot()
    {
        _before.Clear();
        _before.Add(Map);
        return _before;
    }

    /// <summary>Makes it ready for the next image.</summary>
    public void Clear()
    {
        Map.Clear();
        _uncertain.Clear();
        _certainRegions = 0;
        _regions.Clear();
        _quietBoxes.Clear();
    }
}
