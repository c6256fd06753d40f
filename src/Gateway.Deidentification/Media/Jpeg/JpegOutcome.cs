namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// What came of opening a JPEG file at its coefficients. Everything but <see cref="Opened"/> says why the file is not for this path; a full
/// decoder may still read it, and decides what is wrong with it.
/// </summary>
internal enum JpegOutcome
{
    /// <summary>Every block was read; nothing in the bits contradicts the headers.</summary>
    Opened,

    /// <summary>Progressive, lossless, hierarchical or arithmetic coding (T.81 table B.1).</summary>
    OtherProcess,

    /// <summary>Samples of other than 8 bits.</summary>
    OtherPrecision,

    /// <summary>Other than one or three components: CMYK, YCCK.</summary>
    OtherComponents,

    /// <summary>Sampling factors that do not divide each other, or brightness sampled more coarsely than colour.</summary>
    OtherSampling,

    /// <summary>Components that are no brightness and colour difference, or a colour profile: a full decoder must convert them.</summary>
    OtherColour,

    /// <summary>More than one scan.</summary>
    SeveralScans,

    /// <summary>A header that contradicts T.81, or a table that no honest 8-bit file has.</summary>
    BadHeader,

    /// <summary>Coded data that ends early, has a code that no table has, or restart markers that are not where they belong.</summary>
    BadScan,
}
