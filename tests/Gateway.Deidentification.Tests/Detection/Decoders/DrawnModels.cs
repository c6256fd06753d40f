using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Tests.Models;
using Gateway.TestKit;
using Gateway.TestKit.Onnx;

namespace Gateway.Deidentification.Tests.Detection.Decoders;

/// <summary>
/// Small real models, written in code, whose outputs lie as those of the field do. They find what is red, blue or white, so that a test knows
/// the truth of every picture; a pixel of pure green makes them answer with something that is no number.
/// </summary>
internal static class DrawnModels
{
    public const int Stride = 8;
    public const int BoxSide = 16;
    public const int PersonWidth = 96;
    public const int PersonHeight = 160;

    /// <summary>A row a cell: a box of 16 pixels about its middle, scored by how red (class 0) and how blue (class 1) it is.</summary>
    public static byte[] Rows(bool isValuesFirst = true, bool hasObjectness = false, int? height = null, int? width = null, float raise = 0)
    {
        var model = OnnxModel.Create("images", height, width, "rows");
        var red = model.Add("Add", [model.Add("Relu", [Cells(model, 1, -1, -1)]), NotANumberIfGreen(model)]);
        red = model.Add("Add", [red, model.Constant([raise], 1)]);
        var blue = model.Add("Relu", [Cells(model, -1, -1, 1)]);
        var one = model.Add("Add", [model.Add("Mul", [blue, model.Constant([0f], 1)]), model.Constant([1f], 1)]);
        var side = Scaled(model, one, BoxSide);
        string[] values = [Places(model, one, axis: 3), Places(model, one, axis: 2), side, side, .. hasObjectness ? new[] { one } : [], red, blue];
        var table = model.Add("Reshape", [model.Add("Concat", values, whole: ("axis", 1)), model.Constant(1L, values.Length, -1L)], isValuesFirst ? "rows" : null);
        if (!isValuesFirst)
        {
            model.Add("Transpose", [table], "rows", wholes: ("perm", [0, 2, 1]));
        }

        return model.ToBytes();
    }

    /// <summary>
    /// A row a cell of 8 pixels: where it is red, a person of <see cref="PersonWidth"/> x <see cref="PersonHeight"/> pixels about its middle, whose
    /// outline is what is white. There are two prototypes of a cell for 4 pixels: how white it is, and one that would fill the whole box; the
    /// rows weigh the first with 1 and the second with 0. Green makes the prototypes something that is no number.
    /// </summary>
    public static byte[] Segments(int height, int width)
    {
        var model = OnnxModel.Create("images", height, width, "rows", "prototypes");
        var red = model.Add("Relu", [Cells(model, 1, -1, -1)]);
        var none = model.Add("Mul", [red, model.Constant([0f], 1)]);
        var one = model.Add("Add", [none, model.Constant([1f], 1)]);
        string[] values =
        [
            Places(model, one, axis: 3), Places(model, one, axis: 2), Scaled(model, one, PersonWidth), Scaled(model, one, PersonHeight),
            red, none, one, none,
        ];
        model.Add("Reshape", [model.Add("Concat", values, whole: ("axis", 1)), model.Constant(1L, values.Length, -1L)], "rows");
        float[] weights = [.. Enumerable.Repeat(20 / 48f, 48), .. Enumerable.Repeat(0f, 48)];
        var prototypes = model.Add("Conv", ["images", model.Constant(weights, 2, 3, 4, 4), model.Constant([-10f, 50], 2)], wholes: ("strides", [4, 4]));
        model.Add("Add", [prototypes, NotANumberIfGreen(model)], "prototypes");
        return model.ToBytes();
    }

    /// <summary>A map of how white each pixel is. Its input is -1 for black and 1 for white.</summary>
    public static byte[] Map()
    {
        var model = OnnxModel.Create("images", null, null, "map");
        model.Add("Relu", [model.Add("Conv", ["images", model.Constant([1 / 3f, 1 / 3f, 1 / 3f], 1, 3, 1, 1)])], "map");
        return model.ToBytes();
    }

    public static JsonObject RowsManifest(byte[] model, bool isValuesFirst = true, bool hasObjectness = false) => Manifest(model, "person-detection", "yolo-rows", manifest =>
    {
        manifest["strides"] = new JsonArray(Stride);
        manifest["input"] = JsonNode.Parse("""{ "name": "images", "layout": "NCHW", "channels": "RGB", "range": [0, 1], "multipleOf": 8 }""");
        manifest["rows"] = new JsonObject
        {
            ["output"] = "rows", ["order"] = isValuesFirst ? "values-first" : "rows-first", ["objectness"] = hasObjectness, ["classes"] = 2, ["found"] = new JsonArray(0),
        };
    });

    /// <summary>A manifest by which a picture of the model's size, or twice it, is seen in one look.</summary>
    public static JsonObject SegmentsManifest(byte[] model, int height, int width) => Manifest(model, "person-detection", "yolo-segments", manifest =>
    {
        manifest["strides"] = new JsonArray(Stride);
        manifest["faceSizePx"] = new JsonObject { ["min"] = 12, ["max"] = 1000 };
        manifest["input"] = JsonNode.Parse("""{ "name": "images", "layout": "NCHW", "channels": "RGB", "range": [0, 1] }""");
        manifest["input"]!["fixedSize"] = new JsonArray(width, height);
        manifest["rows"] = JsonNode.Parse("""{ "output": "rows", "order": "values-first", "classes": 2, "found": [0] }""");
        manifest["segments"] = JsonNode.Parse("""{ "output": "prototypes", "prototypes": 2, "stride": 4 }""");
    });

    public static JsonObject MapManifest(byte[] model, float unclip = 0) => Manifest(model, "text-detection", "probability-map", manifest =>
    {
        manifest["input"] = JsonNode.Parse("""{ "name": "images", "layout": "NCHW", "channels": "RGB", "range": [0, 1], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "multipleOf": 8 }""");
        manifest["map"] = new JsonObject { ["output"] = "map", ["unclip"] = unclip };
    });

    public static (ModelOutcome Outcome, OnnxDetector? Detector, IReadOnlyList<string> Findings) Open(TempFolder folder, JsonObject manifest, byte[] model)
    {
        var loading = EmbeddedModel.Load(EmbeddedModel.Write(folder, manifest, model));
        if (loading.Model is null)
        {
            return (loading.Outcome, null, loading.Findings);
        }

        var (outcome, detector) = OnnxDetector.Open(loading.Model, new DetectorOptions(), out var findings);
        return (outcome, detector, findings);
    }

    public static OnnxDetector Opened(TempFolder folder, JsonObject manifest, byte[] model)
    {
        var (outcome, detector, findings) = Open(folder, manifest, model);
        Assert.True(detector is not null, $"{outcome}: {string.Join("; ", findings)}");
        return detector;
    }

    /// <summary>A gray picture with rectangles of pure colours.</summary>
    public static PixelImage Picture(int width, int height, params ReadOnlySpan<(PixelRect Where, uint Colour)> painted)
    {
        var image = PixelImage.Create(PixelLayout.Bgra32, width, height);
        var pixels = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(image.Bytes);
        pixels.Fill(0xFF404040);
        foreach (var (where, colour) in painted)
        {
            for (var y = where.Top; y < where.Bottom; y++)
            {
                pixels.Slice((y * width) + where.Left, where.Width).Fill(colour);
            }
        }

        return image;
    }

    /// <summary>True where every pixel of a rectangle lies in some box.</summary>
    public static bool Cover(IReadOnlyList<RegionDetection> found, PixelRect wanted)
    {
        for (var y = wanted.Top; y < wanted.Bottom; y++)
        {
            for (var x = wanted.Left; x < wanted.Right; x++)
            {
                if (!found.Any(region => region.Box.X <= x && region.Box.Y <= y && region.Box.Right >= x + 1 && region.Box.Bottom >= y + 1))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static JsonObject Manifest(byte[] model, string task, string decoder, Action<JsonObject> fill)
    {
        var manifest = EmbeddedModel.Manifest;
        manifest.Remove("strides");
        (manifest["id"], manifest["task"], manifest["decoder"], manifest["bytes"]) = ("drawn", task, decoder, model.Length);
        manifest["sha256"] = Convert.ToHexStringLower(SHA256.HashData(model));
        manifest["smallestPx"] = 24;
        fill(manifest);
        return manifest;
    }

    /// <summary>The mean of every cell of 8 x 8 pixels, by weights of the channels.</summary>
    private static string Cells(OnnxModel model, float red, float green, float blue)
    {
        float[] weights = [.. new[] { red, green, blue }.SelectMany(weight => Enumerable.Repeat(weight / (Stride * Stride), Stride * Stride))];
        return model.Add("Conv", ["images", model.Constant(weights, 1, 3, Stride, Stride)], wholes: ("strides", [Stride, Stride]));
    }

    private static string Places(OnnxModel model, string one, long axis)
    {
        var counted = model.Add("Sub", [model.Add("CumSum", [one, model.Constant(axis)]), model.Constant([0.5f], 1)]);
        return model.Add("Mul", [counted, model.Constant([(float)Stride], 1)]);
    }

    private static string Scaled(OnnxModel model, string one, float factor) => model.Add("Mul", [one, model.Constant([factor], 1)]);

    private static string NotANumberIfGreen(OnnxModel model)
    {
        var green = model.Add("Relu", [model.Add("Conv", ["images", model.Constant([-1f, 1, -1], 1, 3, 1, 1), model.Constant([-0.5f], 1)])]);
        return model.Add("Sqrt", [model.Add("Neg", [model.Add("ReduceMax", [green], whole: ("keepdims", 0))])]);
    }
}
