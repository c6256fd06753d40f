using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Detection;

/// <summary>One look of the model at a part of the image: the part is scaled to the content, the rest of the canvas stays zero.</summary>
/// <param name="Source">Part of the image.</param>
/// <param name="ContentWidth">Width of the scaled part, at most the canvas.</param>
/// <param name="ContentHeight">Height of the scaled part.</param>
/// <param name="Canvas">Size of the model's input.</param>
/// <param name="WeakSidePxMax">
/// Longer side, in canvas pixels, up to which a weak detection counts. A larger face is seen by a coarser pass in its better half of the
/// range; what only the finer pass believes in, and weakly, is a torso or a wall. No bound in the coarsest pass.
/// </param>
internal sealed record Pass(PixelRect Source, int ContentWidth, int ContentHeight, CanvasSize Canvas, float WeakSidePxMax)
{
    public float ScaleX => (float)ContentWidth / Source.Width;

    public float ScaleY => (float)ContentHeight / Source.Height;

    /// <summary>A box on the canvas, in pixels of the image.</summary>
    public RegionBox ToImage(in RegionBox box) =>
        new(Source.Left + (box.X / ScaleX), Source.Top + (box.Y / ScaleY), box.Width / ScaleX, box.Height / ScaleY);
}

/// <summary>Size of a model input in pixels.</summary>
internal readonly record struct CanvasSize(int Width, int Height)
{
    public int Area => Width * Height;

    public int CellsAt(int stride) => (Width / stride) * (Height / stride);
}
