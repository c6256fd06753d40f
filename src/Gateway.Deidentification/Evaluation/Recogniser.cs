using Gateway.Deidentification.Detection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Gateway.Deidentification.Evaluation;

/// <summary>
/// Turns a face into an embedding, to see whether a de-identified face still has one. Embeddings stay in memory and are cleared; no path but this
/// evaluation computes any.
/// </summary>
public sealed class Recogniser : IDisposable
{
    /// <summary>What recognisers usually see around a box.</summary>
    private const float CropScale = 1.2f;

    private readonly RecogniserManifest _manifest;
    private readonly InferenceSession _session;

    /// <summary>Opens a model that its manifest vouches for.</summary>
    /// <exception cref="InvalidDataException">The runtime cannot use it, or it does not answer as the manifest says.</exception>
    public Recogniser(RecogniserManifest manifest, byte[] model)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        _manifest = manifest;
        try
        {
            RuntimeTelemetry.Disable();
            using var options = new SessionOptions { IntraOpNumThreads = 1 };
            _session = new InferenceSession(model, options);
            if (!_session.InputMetadata.ContainsKey(manifest.InputName) || !_session.OutputMetadata.ContainsKey(manifest.OutputName))
            {
                _session.Dispose();
                throw new InvalidDataException("the recogniser has no input or output of the names in its manifest; take its own manifest");
            }
        }
        catch (OnnxRuntimeException)
        {
            throw new InvalidDataException("the runtime cannot use the recogniser; name another model");
        }
    }

    /// <summary>Name for reports.</summary>
    public string Name => $"{_manifest.Id} {_manifest.Version}";

    /// <summary>The embedding of the square around a box, of length 1.</summary>
    /// <param name="bgra">Pixels in BGRA.</param>
    /// <param name="width">Width of the picture.</param>
    /// <param name="height">Height of the picture.</param>
    /// <param name="box">The face.</param>
    /// <exception cref="InvalidDataException">The recogniser does not answer as its manifest says.</exception>
    public float[] Embed(ReadOnlySpan<byte> bgra, int width, int height, in RegionBox box)
    {
        try
        {
            var input = NamedOnnxValue.CreateFromTensor(_manifest.InputName, Crop(bgra, width, height, box));
            using var outputs = _session.Run([input], [_manifest.OutputName]);
            var embedding = outputs[0].AsEnumerable<float>().ToArray();
            var norm = MathF.Sqrt(embedding.Sum(value => value * value));
            return embedding.Length == _manifest.Dimensions && float.IsFinite(norm)
                ? Array.ConvertAll(embedding, value => norm > 0 ? value / norm : 0)
                : throw new InvalidDataException($"the recogniser answers {embedding.Length} values, or some that are no numbers; its manifest says {_manifest.Dimensions}");
        }
        catch (OnnxRuntimeException)
        {
            throw new InvalidDataException("the recogniser cannot be asked as its manifest says; take its own manifest");
        }
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _session.Dispose();

    private DenseTensor<float> Crop(ReadOnlySpan<byte> bgra, int width, int height, in RegionBox box)
    {
        var tensor = new DenseTensor<float>([1, 3, _manifest.Side, _manifest.Side]);
        var side = Math.Max(box.Width, box.Height) * CropScale;
        var (left, top, step) = (box.CenterX - (side / 2), box.CenterY - (side / 2), side / _manifest.Side);
        for (var y = 0; y < _manifest.Side; y++)
        {
            for (var x = 0; x < _manifest.Side; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = At(bgra, width, height, left + ((x + 0.5f) * step) - 0.5f, top + ((y + 0.5f) * step) - 0.5f, _manifest.IsBgr ? channel : 2 - channel);
                    tensor[0, channel, y, x] = (value - _manifest.Mean) * _manifest.Scale;
                }
            }
        }

        return tensor;
    }

    // Between four pixels; beyond the edge the last ones go on.
    private static float At(ReadOnlySpan<byte> bgra, int width, int height, float x, float y, int channel)
    {
        var (left, top) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var (right, down) = (x - left, y - top);
        var upper = (Pixel(bgra, width, height, left, top, channel) * (1 - right)) + (Pixel(bgra, width, height, left + 1, top, channel) * right);
        var lower = (Pixel(bgra, width, height, left, top + 1, channel) * (1 - right)) + (Pixel(bgra, width, height, left + 1, top + 1, channel) * right);
        return (upper * (1 - down)) + (lower * down);
    }

    private static byte Pixel(ReadOnlySpan<byte> bgra, int width, int height, int x, int y, int channel) =>
        bgra[(((Math.Clamp(y, 0, height - 1) * width) + Math.Clamp(x, 0, width - 1)) * 4) + channel];
}
