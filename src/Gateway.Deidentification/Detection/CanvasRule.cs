using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>Which sizes the input of a model may have.</summary>
/// <param name="MultipleOf">Both sides are multiples of this.</param>
/// <param name="Fixed">The only size, where the model was exported with one; smaller content is padded, larger is cut into tiles.</param>
internal readonly record struct CanvasRule(int MultipleOf, CanvasSize? Fixed = null)
{
    /// <summary>Beyond this side of the input a pass is cut into tiles, which bounds the memory of one inference.</summary>
    private const int FreeSideMax = 1920;

    /// <summary>Keeps a side that just fits from being rounded to a pixel more.</summary>
    private const float JustBelow = 1 - 1e-5f;

    /// <summary>Largest content of one input.</summary>
    public CanvasSize SideMax => Fixed ?? new CanvasSize(FreeSideMax, FreeSideMax);

    public static CanvasRule Of(ModelInput input) =>
        new(input.MultipleOf, input.FixedSize is { } size ? new CanvasSize(size.Width, size.Height) : null);

    /// <summary>The input that holds content of a size.</summary>
    public CanvasSize For(CanvasSize content) => Fixed ?? new CanvasSize(RoundUp(content.Width), RoundUp(content.Height));

    /// <summary>The largest scale at which an image fits into one input.</summary>
    public float ScaleToFit(int width, int height) => Math.Min((float)SideMax.Width / width, (float)SideMax.Height / height) * JustBelow;

    public int RoundUp(int length) => (length + MultipleOf - 1) / MultipleOf * MultipleOf;
}
