namespace Gateway.Deidentification.Detection;

/// <summary>The taps of one pass over images of one size, computed once.</summary>
internal sealed class PassGeometry
{
    private readonly Lazy<(AxisTaps X, AxisTaps Y)> _chroma;
    private readonly Lazy<(AxisTaps X, AxisTaps Y)> _quarter;

    public PassGeometry(Pass pass, int imageWidth, int imageHeight)
    {
        Pass = pass;
        var (source, stepX, stepY) = (pass.Source, 1d / pass.ScaleX, 1d / pass.ScaleY);
        X = AxisTaps.Of(imageWidth, source.Left, stepX, pass.ContentWidth);
        Y = AxisTaps.Of(imageHeight, source.Top, stepY, pass.ContentHeight);
        _chroma = new(() => (
            AxisTaps.Of((imageWidth + 1) / 2, source.Left / 2d, stepX / 2, pass.ContentWidth),
            AxisTaps.Of((imageHeight + 1) / 2, source.Top / 2d, stepY / 2, pass.ContentHeight)));
        _quarter = new(() => (
            AxisTaps.Of((((imageWidth + 1) / 2) + 1) / 2, source.Left / 4d, stepX / 4, pass.ContentWidth),
            AxisTaps.Of((((imageHeight + 1) / 2) + 1) / 2, source.Top / 4d, stepY / 4, pass.ContentHeight)));
    }

    public Pass Pass { get; }

    /// <summary>Taps for full planes and for interleaved pixels.</summary>
    public AxisTaps X { get; }

    public AxisTaps Y { get; }

    /// <summary>Taps for chroma planes of half width and half height; their samples sit in the middle of four pixels (as in JPEG and MPEG-1).</summary>
    public (AxisTaps X, AxisTaps Y) Chroma => _chroma.Value;

    /// <summary>Taps for the chroma planes of the half picture of a frame opened at its coefficients. Its luma has those of <see cref="Chroma"/>.</summary>
    public (AxisTaps X, AxisTaps Y) Quarter => _quarter.Value;

    /// <summary>
    /// True where the canvas has no more samples than the half picture, but for rounding: then nothing is lost by looking at that one.
    /// </summary>
    public bool FitsHalf => Math.Max(Pass.ScaleX, Pass.ScaleY) <= 0.51f;

    public static IReadOnlyList<PassGeometry> Of(PassPlan plan, int imageWidth, int imageHeight) =>
        [.. plan.Passes.Select(pass => new PassGeometry(pass, imageWidth, imageHeight))];
}
