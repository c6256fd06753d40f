namespace Gateway.Deidentification.Tracking;

/// <summary>What to mask on one frame; frames that come later may still add to it until it leaves the look-ahead window.</summary>
internal sealed class FrameRegions
{
    private readonly List<TrackedRegion> _regions = new(1);

    public IReadOnlyList<TrackedRegion> Regions => _regions;

    /// <summary>True when there were more tracks than can be kept: some face may be among those that were not.</summary>
    public bool IsSaturated { get; set; }

    /// <summary>True when frames that were to come after this one never came: what later frames could add to it, they could not see moving.</summary>
    public bool IsCutShort { get; set; }

    public void Add(in TrackedRegion region) => _regions.Add(region);

    /// <summary>Makes it ready for another frame.</summary>
    public void Clear()
    {
        _regions.Clear();
        IsSaturated = false;
        IsCutShort = false;
    }

    /// <summary>
    /// Adds a bridged region; a track that has one on this frame already keeps both places, as one box around them, and no outline: what is known
    /// of its shape says nothing about the other place.
    /// </summary>
    public void Bridge(in TrackedRegion region)
    {
        for (var index = 0; index < _regions.Count; index++)
        {
            if (_regions[index].Handle == region.Handle)
            {
                var known = _regions[index];
                _regions[index] = known with { Box = known.Box.Around(region.Box), MarginPx = Math.Max(known.MarginPx, region.MarginPx), Outline = null };
                return;
            }
        }

        _regions.Add(region);
    }
}
