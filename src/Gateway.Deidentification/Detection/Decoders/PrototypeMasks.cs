using System.Numerics;
using System.Runtime.InteropServices;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>
/// Draws the outline of a box from what a model of outlines gives: pictures that belong to no box (prototypes), and for each row the weights
/// with which to add them. It keeps its memory from one box to the next, and belongs to one context.
/// </summary>
/// <remarks>
/// In doubt there is no outline, and the whole box is masked: where it would be tiny against its box, where it leaves out most of its height or
/// width, and where one picture has more to draw than fits.
/// </remarks>
internal sealed class PrototypeMasks(SegmentsLayout layout)
{
    /// <summary>Cells drawn for one look, in cells of a prototype: all of it, so many times. A crowd in front of the camera has about a tenth.</summary>
    private const int LooksMax = 64;

    /// <summary>An outline of less of its box is no outline of what the box is about.</summary>
    private const float ShareMin = 0.1f;

    /// <summary>An outline that spans less of its box, across or down, is of a part of it.</summary>
    private const float SpanShareMin = 0.6f;

    /// <summary>The threshold before the sigmoid: one logarithm here instead of an exponential for every cell.</summary>
    private readonly float _limit = MathF.Log(layout.Threshold / (1 - layout.Threshold));
    private readonly List<int> _open = [];
    private float[] _sums = [];
    private bool[] _isOutside = [];
    private long _cellsLeft;

    public ModelOutput OutputFor(CanvasSize canvas) => new(layout.Output, 1, layout.Prototypes, canvas.Height / layout.Stride, canvas.Width / layout.Stride);

    public int ValuesOf(CanvasSize canvas) => layout.Prototypes * canvas.CellsAt(layout.Stride);

    /// <summary>Begins with the rows of another look.</summary>
    public void Begin(CanvasSize canvas) => _cellsLeft = (long)LooksMax * canvas.CellsAt(layout.Stride);

    /// <summary>Draws the outline of a box within the margins that its mask would have.</summary>
    /// <param name="prototypes">The prototypes, one behind the other.</param>
    /// <param name="weights">The weights of the row.</param>
    /// <param name="box">The box in pixels of the canvas.</param>
    /// <param name="pass">Where the canvas lies in the image.</param>
    /// <param name="outline">Takes it.</param>
    /// <returns>False where there is no outline to believe.</returns>
    public bool TryDraw(ReadOnlySpan<float> prototypes, ReadOnlySpan<float> weights, in RegionBox box, Pass pass, Outline outline)
    {
        var area = AreaOf(box, pass);
        _cellsLeft -= (long)area.Width * area.Height;
        if (area.IsEmpty || _cellsLeft < 0)
        {
            return false;
        }

        Sum(prototypes, weights, area, pass.Canvas.Width / layout.Stride);
        FindOutside(area.Width, area.Height);
        Draw(area, pass, outline);
        return IsOf(pass.ToImage(box), pass.Source, outline);
    }

    /// <summary>The cells of a box with the margins of its mask, within the part of the canvas that shows the image. Empty for a box that cannot be placed.</summary>
    private PixelRect AreaOf(in RegionBox box, Pass pass)
    {
        var margins = RegionMargins.Of(RegionClass.Person);
        var (reachX, reachY) = (box.Width * margins.WidthFactor / 2, box.Height * margins.HeightFactor / 2);
        var (columns, rows) = (CellsOver(pass.ContentWidth, pass.Canvas.Width), CellsOver(pass.ContentHeight, pass.Canvas.Height));
        return new PixelRect(
            Cell(MathF.Floor((box.CenterX - reachX) / layout.Stride), columns),
            Cell(MathF.Floor((box.CenterY - reachY) / layout.Stride), rows),
            Cell(MathF.Ceiling((box.CenterX + reachX) / layout.Stride), columns),
            Cell(MathF.Ceiling((box.CenterY + reachY) / layout.Stride), rows));
    }

    private int CellsOver(int content, int canvas) => Math.Min((content + layout.Stride - 1) / layout.Stride, canvas / layout.Stride);

    private static int Cell(float edge, int cells) => float.IsNaN(edge) ? 0 : (int)Math.Clamp(edge, 0, cells);

    private void Sum(ReadOnlySpan<float> prototypes, ReadOnlySpan<float> weights, PixelRect area, int columns)
    {
        var cells = area.Width * area.Height;
        if (_sums.Length < cells)
        {
            (_sums, _isOutside) = (new float[cells], new bool[cells]);
        }

        _sums.AsSpan(0, cells).Clear();
        var plane = prototypes.Length / weights.Length;
        for (var prototype = 0; prototype < weights.Length; prototype++)
        {
            for (var row = 0; row < area.Height; row++)
            {
                var from = prototypes.Slice((prototype * plane) + ((area.Top + row) * columns) + area.Left, area.Width);
                AddWeighted(_sums.AsSpan(row * area.Width, area.Width), from, weights[prototype]);
            }
        }
    }

    private static void AddWeighted(Span<float> sums, ReadOnlySpan<float> values, float weight)
    {
        var wideSums = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var wideValues = MemoryMarshal.Cast<float, Vector<float>>(values);
        var factor = new Vector<float>(weight);
        for (var at = 0; at < wideSums.Length; at++)
        {
            wideSums[at] += wideValues[at] * factor;
        }

        for (var at = wideSums.Length * Vector<float>.Count; at < sums.Length; at++)
        {
            sums[at] += values[at] * weight;
        }
    }

    /// <summary>
    /// What is outside are open cells that touch the border of the area or each other: an open cell that the region surrounds is more often a
    /// mistake about clothing than a view of what is behind, and is masked.
    /// </summary>
    private void FindOutside(int width, int height)
    {
        _isOutside.AsSpan(0, width * height).Clear();
        for (var column = 0; column < width; column++)
        {
            Visit(column);
            Visit(((height - 1) * width) + column);
        }

        for (var row = 0; row < height; row++)
        {
            Visit(row * width);
            Visit((row * width) + width - 1);
        }

        while (_open.Count > 0)
        {
            var cell = _open[^1];
            _open.RemoveAt(_open.Count - 1);
            var column = cell % width;
            VisitIf(column > 0, cell - 1);
            VisitIf(column < width - 1, cell + 1);
            VisitIf(cell >= width, cell - width);
            VisitIf(cell < (height - 1) * width, cell + width);
        }
    }

    private void VisitIf(bool isThere, int cell)
    {
        if (isThere)
        {
            Visit(cell);
        }
    }

    private void Visit(int cell)
    {
        // Numbers near the limit of the format may add up to none: that is below no limit, and belongs to the region.
        if (!_isOutside[cell] && _sums[cell] < _limit)
        {
            _isOutside[cell] = true;
            _open.Add(cell);
        }
    }

    private void Draw(PixelRect area, Pass pass, Outline outline)
    {
        var (x, y) = (Axis(pass.Source.Left, pass.Source.Right, pass.ScaleX), Axis(pass.Source.Top, pass.Source.Bottom, pass.ScaleY));
        outline.Reset(new PixelRect(x.Start(area.Left), y.Start(area.Top), x.End(area.Right), y.End(area.Bottom)), layout.Stride / Math.Min(pass.ScaleX, pass.ScaleY));
        for (var row = 0; row < area.Height; row++)
        {
            var isOutside = _isOutside.AsSpan(row * area.Width, area.Width);
            for (var start = isOutside.IndexOf(false); start >= 0 && start < area.Width;)
            {
                var length = isOutside[start..].IndexOf(true);
                var end = length < 0 ? area.Width : start + length;
                for (var cell = y.Start(area.Top + row); cell < y.End(area.Top + row + 1); cell++)
                {
                    outline.Set(cell, x.Start(area.Left + start), x.End(area.Left + end));
                }

                var next = isOutside[end..].IndexOf(false);
                start = next < 0 ? area.Width : end + next;
            }
        }
    }

    private CellAxis Axis(int from, int to, float scale) => new(from, to, layout.Stride / scale);

    /// <summary>False where the outline says too little about the part of its box that the look showed.</summary>
    private static bool IsOf(in RegionBox box, PixelRect shown, Outline outline)
    {
        var (boxWidth, boxHeight) = (Math.Min(box.Right, shown.Right) - Math.Max(box.X, shown.Left), Math.Min(box.Bottom, shown.Bottom) - Math.Max(box.Y, shown.Top));
        var bounds = outline.Bounds;
        var (width, height) = (bounds.Width * Outline.CellSide, bounds.Height * Outline.CellSide);
        return outline.Count > 0
            && outline.Count * Outline.CellSide * Outline.CellSide >= ShareMin * boxWidth * boxHeight
            && width >= SpanShareMin * boxWidth
            && height >= SpanShareMin * boxHeight;
    }

    /// <summary>From cells of a prototype to cells of an outline, rounded out, along one side of the image.</summary>
    private readonly record struct CellAxis(int From, int To, float Step)
    {
        public int Start(int cell) => (int)(From + (cell * Step)) / Outline.CellSide;

        public int End(int cell) => ((int)MathF.Ceiling(Math.Min(To, From + (cell * Step))) + Outline.CellSide - 1) / Outline.CellSide;
    }
}
