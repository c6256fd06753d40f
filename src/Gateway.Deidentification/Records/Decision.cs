namespace Gateway.Deidentification.Records;

/// <summary>What was decided about an image or a frame.</summary>
public enum Decision
{
    /// <summary>The detector ran and found nothing; no pixel was changed by a mask.</summary>
    NothingFound = 1,

    /// <summary>The detector ran and every region found was masked.</summary>
    RegionsMasked = 2,

    /// <summary>Every pixel was masked; the <see cref="Reason"/> says why.</summary>
    FrameMasked = 3,

    /// <summary>The frame was not sent; the <see cref="Reason"/> says why.</summary>
    Withheld = 4,
}
