using System.Globalization;
using System.Security.Cryptography;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Benchmarks.Frames;

/// <summary>The detectors of the benchmark.</summary>
internal static class BenchmarkModels
{
    /// <summary>Sides of the one pass that all contenders make.</summary>
    public const int InputWidth = 640;
    public const int InputHeight = 384;

    /// <summary>Where the comparison model lies, if it does.</summary>
    public static string? ComparisonPath { get; } =
        Repository.PathOf("..", "shared", "models", "comparison", "yunet_n_dynamic.onnx") is var path && File.Exists(path) ? path : null;

    /// <summary>The embedded model as the product runs it: at every scale that its range of face sizes asks for.</summary>
    public static OnnxDetector OpenEmbedded() => Open(new ModelOptions(), new DetectorOptions());

    /// <summary>
    /// A model under a manifest that makes the plan of 1280 x 720 one pass at half size, which is what the peers do: same model, same pixels,
    /// same inference. Without the comparison model it is the embedded one.
    /// </summary>
    public static OnnxDetector OpenSinglePass(TempFolder folder)
    {
        var model = ComparisonPath ?? folder.Write("model.onnx", Embedded());
        var bytes = File.ReadAllBytes(model);
        var manifest = folder.Write("manifest.json", System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
            {
              "id": "benchmark", "version": "1", "bytes": {{bytes.Length}}, "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}",
              "task": "face-detection", "decoder": "yunet-heads",
              "input": { "name": "input", "layout": "NCHW", "channels": "BGR", "range": [0, 255], "multipleOf": 32 },
              "strides": [8, 16, 32], "faceSizePx": { "min": 10, "max": 800 },
              "thresholds": { "start": 0.6, "continue": 0.6, "mask": 0.6 }, "nmsIou": 0.3,
              "licence": { "code": "benchmark", "weights": "benchmark", "trainingData": "benchmark", "commercialUse": "review" }
            }
            """)));
        return Open(new ModelOptions { ModelPath = model, ManifestPath = manifest }, new DetectorOptions { SmallestFacePx = 24 });
    }

    private static OnnxDetector Open(ModelOptions options, DetectorOptions detector)
    {
        var loading = ModelFile.Load(options, TimeProvider.System);
        return loading.Model is { } model && OnnxDetector.Open(model, detector) is { Detector: { } opened }
            ? opened
            : throw new InvalidOperationException($"the model cannot be used: {loading.Outcome} {string.Join("; ", loading.Findings)}");
    }

    private static byte[] Embedded()
    {
        using var stream = typeof(OnnxDetector).Assembly.GetManifestResourceStream("Gateway.Models.detector.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
