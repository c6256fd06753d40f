using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gateway.Deidentification.Tests.Drawing;

/// <summary>Asks the embedded detector in the plainest way: one pass at full size, no tracking, no thresholds.</summary>
internal sealed class FaceFinder : IDisposable
{
    private const int Multiple = 32;

    private readonly InferenceSession _session = new(ReadModel());

    /// <summary>All candidates of a BGRA image above a score.</summary>
    public List<RegionDetection> Find(PixelImage image, float scoreMin)
    {
        int width = RoundUp(image.Width), height = RoundUp(image.Height);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor("input", ToTensor(image, width, height))]);
        var outputs = results.ToDictionary(result => result.Name, result => result.AsTensor<float>().ToArray());
        return [.. new[] { 8, 16, 32 }.SelectMany(stride => Decode(outputs, stride, width / stride, scoreMin))];
    }

    public void Dispose() => _session.Dispose();

    private static IEnumerable<RegionDetection> Decode(Dictionary<string, float[]> outputs, int stride, int columns, float scoreMin)
    {
        var (classes, objects, boxes) = (outputs[$"cls_{stride}"], outputs[$"obj_{stride}"], outputs[$"bbox_{stride}"]);
        for (var cell = 0; cell < classes.Length; cell++)
        {
            var score = MathF.Sqrt(classes[cell] * objects[cell]);
            if (score >= scoreMin)
            {
                var centerX = ((cell % columns) + boxes[4 * cell]) * stride;
                var centerY = ((cell / columns) + boxes[(4 * cell) + 1]) * stride;
                var width = MathF.Exp(boxes[(4 * cell) + 2]) * stride;
                var height = MathF.Exp(boxes[(4 * cell) + 3]) * stride;
                yield return new RegionDetection(new RegionBox(centerX - (width / 2), centerY - (height / 2), width, height), score);
            }
        }
    }

    private static DenseTensor<float> ToTensor(PixelImage image, int width, int height)
    {
        var tensor = new DenseTensor<float>([1, 3, height, width]);
        var values = tensor.Buffer.Span;
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            var at = (i / image.Width * width) + (i % image.Width);
            for (var channel = 0; channel < 3; channel++)
            {
                values[(channel * width * height) + at] = image.Bytes[(4 * i) + channel];
            }
        }

        return tensor;
    }

    private static byte[] ReadModel()
    {
        using var model = typeof(RegionBox).Assembly.GetManifestResourceStream("Gateway.Models.detector.onnx")!;
        using var bytes = new MemoryStream();
        model.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static int RoundUp(int side) => (side + Multiple - 1) / Multiple * Multiple;
}
