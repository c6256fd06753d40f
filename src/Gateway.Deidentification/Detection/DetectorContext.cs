using Gateway.Deidentification.Detection.Decoders;
using Microsoft.ML.OnnxRuntime;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// Memory for one inference at a time: pinned input and outputs, bound to the session once for each canvas size, so that a frame allocates
/// nothing. The input holds pixels and is zeroed before the context waits for its next user.
/// </summary>
internal sealed class DetectorContext : IDisposable
{
    /// <summary>Bindings kept. A stream needs as many as its plan has canvas sizes (3 or so); only stills of many sizes reach the bound.</summary>
    private const int BindingsMax = 16;

    private readonly DetectorSession _session;
    private readonly Dictionary<CanvasSize, CanvasBinding> _bindings = [];
    private float[] _input = [];
    private float[] _outputs = [];
    private int _usedInput;

    public DetectorContext(DetectorSession session)
    {
        _session = session;
        Decoder = OutputDecoders.For(session.Manifest);
        Writer = new TensorWriter(session.Manifest.Input);
    }

    public TensorWriter Writer { get; }

    public IOutputDecoder Decoder { get; }

    public Candidates Candidates { get; } = new(DetectorSession.CandidatesMax);

    /// <summary>The input for a canvas of this size: three planes.</summary>
    public Span<float> Input(CanvasSize canvas)
    {
        Grow(canvas);
        _usedInput = Math.Max(_usedInput, canvas.Area * 3);
        return _input.AsSpan(0, canvas.Area * 3);
    }

    /// <summary>Runs the model over what was written to <see cref="Input"/>; the answer is every output level after level.</summary>
    /// <exception cref="OnnxRuntimeException">The runtime failed.</exception>
    public ReadOnlySpan<float> Run(CanvasSize canvas)
    {
        if (!_bindings.TryGetValue(canvas, out var binding))
        {
            if (_bindings.Count == BindingsMax)
            {
                DropBindings();
            }

            binding = new CanvasBinding(_session, canvas, _input, _outputs);
            _bindings.Add(canvas, binding);
        }

        binding.Run();
        return _outputs.AsSpan(0, Decoder.ValuesOf(canvas));
    }

    /// <summary>Zeroes what came from an image.</summary>
    public void ClearPixels()
    {
        _input.AsSpan(0, _usedInput).Clear();
        _usedInput = 0;
        Writer.Clear();
        Candidates.Clear();
    }

    public void Dispose() => DropBindings();

    private void Grow(CanvasSize canvas)
    {
        if (_input.Length >= canvas.Area * 3 && _outputs.Length >= Decoder.ValuesOf(canvas))
        {
            return;
        }

        // Bindings point into the old arrays.
        DropBindings();
        _input.AsSpan().Clear();
        _input = GC.AllocateArray<float>(Math.Max(_input.Length, canvas.Area * 3), pinned: true);
        _outputs = GC.AllocateArray<float>(Math.Max(_outputs.Length, Decoder.ValuesOf(canvas)), pinned: true);
    }

    private void DropBindings()
    {
        foreach (var binding in _bindings.Values)
        {
            binding.Dispose();
        }

        _bindings.Clear();
    }
}
