using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Evaluation;

/// <summary>A face that was not covered, as it may be shown.</summary>
/// <param name="Name">Picture.</param>
/// <param name="Sighting">The face.</param>
/// <param name="Crop">What part of the picture is shown, pixels.</param>
/// <param name="Picture">That part as PNG, faces filled and the rest as coarse cells.</param>
/// <param name="Masked">Masked rectangles within the crop, pixels of the picture.</param>
public sealed record WorstCase(string Name, FaceSighting Sighting, PixelRect Crop, ReadOnlyMemory<byte> Picture, IReadOnlyList<PixelRect> Masked);

/// <summary>
/// Keeps the faces that were exposed most, as pictures that show nobody: every labelled face is filled flat, masked or not, and what is left is
/// reduced to a few cells, because a picture may show faces that nobody labelled.
/// </summary>
public sealed class WorstCases(IStillCodec codec, bool isDrawn)
{
    /// <summary>Cases kept.</summary>
    public const int CasesMax = 12;

    /// <summary>Cells along the longer side of a crop: with a crop of at least four faces, a face has six.</summary>
    private const int CellsMax = 24;

    /// <summary>The same where everything is drawn by code and nobody can be seen.</summary>
    private const int CellsMaxDrawn = 240;

    private const float CropScale = 4;
    private const byte Flat = 96;
    private const int CoarseBits = 0xF0;

    private readonly List<WorstCase> _cases = [];

    /// <summary>The cases, worst first.</summary>
    public IReadOnlyList<WorstCase> Cases => _cases;

    /// <summary>Looks at an output.</summary>
    public void Add(EvaluatedOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach (var face in output.Sighting.Faces.Where(face => !face.IsCovered && face.Size != FaceSizeClass.Below12))
        {
            // A track is one person: its worst frame stands for it.
            var same = _cases.FindIndex(one => face.Face.Track.Length > 0 && one.Sighting.Face.Track == face.Face.Track);
            var place = _cases.FindIndex(one => BadnessOf(face) > BadnessOf(one.Sighting));
            if ((same >= 0 && BadnessOf(_cases[same].Sighting) >= BadnessOf(face)) || (place < 0 && _cases.Count == CasesMax) || output.Output.IsEmpty)
            {
                continue;
            }

            if (same >= 0)
            {
                _cases.RemoveAt(same);
                place = _cases.FindIndex(one => BadnessOf(face) > BadnessOf(one.Sighting));
            }

            _cases.Insert(place < 0 ? _cases.Count : place, Show(output, face));
            _cases.RemoveRange(Math.Min(_cases.Count, CasesMax), Math.Max(0, _cases.Count - CasesMax));
        }
    }

    private static double BadnessOf(in FaceSighting face) => (1 - face.CoreShare) * FaceSizeClasses.SizeOf(face.Face.Box);

    private WorstCase Show(EvaluatedOutput output, in FaceSighting face)
    {
        var crop = Around(face.Face.Box, CropScale, CropScale).ClipTo(output.Cover.Width, output.Cover.Height);
        var hidden = output.Sighting.Faces.Select(one => Around(one.Face.Box, 1.5f, 1.7f)).ToList();
        var masked = new List<PixelRect>();
        for (var row = crop.Top / MaskMap.BlockSide; row * MaskMap.BlockSide < crop.Bottom; row++)
        {
            for (var column = crop.Left / MaskMap.BlockSide; column * MaskMap.BlockSide < crop.Right; column++)
            {
                if (output.Cover[column, row])
                {
                    masked.Add(new PixelRect(column * MaskMap.BlockSide, row * MaskMap.BlockSide, (column + 1) * MaskMap.BlockSide, (row + 1) * MaskMap.BlockSide));
                }
            }
        }

        using var small = Reduce(output, crop, hidden);
        return new WorstCase(output.Name, face, crop, codec.Encode(small, new StillTraits(StillFormat.Png)), masked);
    }

    private PixelImage Reduce(EvaluatedOutput output, PixelRect crop, List<PixelRect> hidden)
    {
        var cell = Math.Max(1, (Math.Max(crop.Width, crop.Height) + (isDrawn ? CellsMaxDrawn : CellsMax) - 1) / (isDrawn ? CellsMaxDrawn : CellsMax));
        var small = PixelImage.Create(PixelLayout.Bgra32, (crop.Width + cell - 1) / cell, (crop.Height + cell - 1) / cell);
        for (var y = 0; y < small.Height; y++)
        {
            for (var x = 0; x < small.Width; x++)
            {
                var area = new PixelRect(crop.Left + (x * cell), crop.Top + (y * cell), crop.Left + ((x + 1) * cell), crop.Top + ((y + 1) * cell)).ClipTo(output.Cover.Width, output.Cover.Height);
                Mean(output, area, hidden, small.Bytes.Slice(((y * small.Width) + x) * 4, 4));
            }
        }

        return small;
    }

    private void Mean(EvaluatedOutput output, PixelRect area, List<PixelRect> hidden, Span<byte> pixel)
    {
        Span<long> sums = stackalloc long[3];
        for (var y = area.Top; y < area.Bottom; y++)
        {
            for (var x = area.Left; x < area.Right; x++)
            {
                var isHidden = hidden.Exists(rect => x >= rect.Left && x < rect.Right && y >= rect.Top && y < rect.Bottom);
                var source = output.Output.Span.Slice(((y * output.Cover.Width) + x) * 4, 3);
                for (var channel = 0; channel < 3; channel++)
                {
                    sums[channel] += isHidden ? Flat : source[channel];
                }
            }
        }

        for (var channel = 0; channel < 3; channel++)
        {
            var mean = (int)(sums[channel] / Math.Max(1, area.Width * area.Height));
            pixel[channel] = (byte)(isDrawn ? mean : mean & CoarseBits);
        }

        pixel[3] = byte.MaxValue;
    }

    private static PixelRect Around(in RegionBox box, float widths, float heights) => new(
        (int)MathF.Floor(box.CenterX - (box.Width * widths / 2)),
        (int)MathF.Floor(box.CenterY - (box.Height * heights / 2)),
        (int)MathF.Ceiling(box.CenterX + (box.Width * widths / 2)),
        (int)MathF.Ceiling(box.CenterY + (box.Height * heights / 2)));
}
