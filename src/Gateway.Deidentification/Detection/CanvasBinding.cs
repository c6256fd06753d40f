using Microsoft.ML.OnnxRuntime;

namespace Gateway.Deidentification.Detection;

/// <summary>Input and outputs of one canvas size, bound by name to memory of a context.</summary>
internal sealed class CanvasBinding : IDisposable
{
    private readonly DetectorSession _session;
    private readonly OrtIoBinding _binding;
    private readonly List<OrtValue> _values = [];

    public CanvasBinding(DetectorSession session, CanvasSize canvas, float[] input, float[] outputs)
    {
        _session = session;
        _binding = session.Inference.CreateIoBinding();
        _binding.BindInput(session.Manifest.Input.Name, View(input.AsMemory(0, 3 * canvas.Area), 1, 3, canvas.Height, canvas.Width));
        var at = 0;
        foreach (var output in session.Decoder.OutputsFor(canvas))
        {
            _binding.BindOutput(output.Name, View(outputs.AsMemory(at, output.Values), [.. output.Shape]));
            at += output.Values;
        }
    }

    public void Run() => _session.Inference.RunWithBinding(_session.RunOptionsNow, _binding);

    public void Dispose()
    {
        _binding.Dispose();
        _values.ForEach(value => value.Dispose());
    }

    private OrtValue View(Memory<float> memory, params long[] shape)
    {
        var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
        _values.Add(value);
        return value;
    }
}
