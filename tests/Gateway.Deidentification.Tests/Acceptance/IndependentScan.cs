using Gateway.Deidentification.Detection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>
/// Looks for faces with the comparison model at many sizes, with code of its own: plain resizing, plain tensors, plain loops. It shares nothing
/// with the product's detector, so it can find what that overlooks.
/// </summary>
internal sealed class IndependentScan(string modelPath) : IDisposable
{
    private const float ScoreMin = 0.5f;
    private const float OverlapSame = 0.4f;

    // Never enlarged: at sizes beyond its range the model finds faces in walls and shirts, before and after alike.
    private static readonly int[] LongSides = [240, 320, 480, 640, 800, 960, 1280, 1600];
    private static readonly int[] Strides = [8, 16, 32];

    private readonly InferenceSession _session = new(modelPath);

    /// <summary>Faces with a score of at least 0.5, in pixels of the image.</summary>
    public List<RegionBox> Faces(byte[] file)
    {
        using var original = SKBitmap.Decode(file);
        var native = Math.Max(original.Width, original.Height);
        var found = LongSides.Append(native).Where(side => side <= native).Distinct().SelectMany(side => FacesAt(original, side)).OrderByDescending(face => face.Score).ToList();
        var kept = new List<RegionBox>();
        foreach (var (box, _) in found)
        {
            if (kept.TrueForAll(other => other.IntersectionOverUnion(box) < OverlapSame))
            {
                kept.Add(box);
            }
        }

        return kept;
    }

    public void Dispose() => _session.Dispose();

    private List<RegionDetection> FacesAt(SKBitmap original, int longSide)
    {
        var scale = longSide / (float)Math.Max(original.Width, original.Height);
        using var small = original.Resize(new SKImageInfo((int)(original.Width * scale), (int)(original.Height * scale), SKColorType.Bgra8888), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        var (width, height) = ((small.Width + 31) / 32 * 32, (small.Height + 31) / 32 * 32);
        using var outputs = _session.Run([NamedOnnxValue.CreateFromTensor(_session.InputNames[0], ToTensor(small, width, height))]);
        var values = outputs.ToDictionary(output => output.Name, output => output.AsEnumerable<float>().ToArray());
        return [.. Strides.SelectMany(stride => Decode(values, stride, width, scale))];
    }

    private static DenseTensor<float> ToTensor(SKBitmap image, int width, int height)
    {
        var tensor = new DenseTensor<float>([1, 3, height, width]);
        var pixels = image.GetPixelSpan();
        var values = tensor.Buffer.Span;
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    values[(((channel * height) + y) * width) + x] = pixels[(y * image.RowBytes) + (x * 4) + channel];
                }
            }
        }

        return tensor;
    }

    private static IEnumerable<RegionDetection> Decode(Dictionary<string, float[]> values, int stride, int width, float scale)
    {
        var (cls, obj, box) = (values[$"cls_{stride}"], values[$"obj_{stride}"], values[$"bbox_{stride}"]);
        var columns = width / stride;
        for (var cell = 0; cell < cls.Length; cell++)
        {
            var score = MathF.Sqrt(Math.Clamp(cls[cell], 0, 1) * Math.Clamp(obj[cell], 0, 1));
            if (score >= ScoreMin)
            {
                var (w, h) = (MathF.Exp(box[(4 * cell) + 2]) * stride, MathF.Exp(box[(4 * cell) + 3]) * stride);
                var (cx, cy) = (((cell % columns) + box[4 * cell]) * stride, ((cell / columns) + box[(4 * cell) + 1]) * stride);
                yield return new RegionDetection(new RegionBox((cx - (w / 2)) / scale, (cy - (h / 2)) / scale, w / scale, h / scale), score);
            }
        }
    }
}
