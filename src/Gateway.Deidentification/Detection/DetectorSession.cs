using System.Collections.Concurrent;
using Gateway.Deidentification.Models;
using Microsoft.ML.OnnxRuntime;

namespace Gateway.Deidentification.Detection;

/// <summary>The one loaded copy of a model in the process, and the contexts that run it.</summary>
internal sealed class DetectorSession : IDisposable
{
    /// <summary>Candidates of one image before duplicates are dropped; more is saturation.</summary>
    public const int CandidatesMax = 16384;

    private readonly ConcurrentBag<DetectorContext> _idle = [];
    private readonly Lock _gate = new();
    private int _rented;
    private bool _isDisposed;

    private DetectorSession(ModelManifest manifest, InferenceSession inference)
    {
        Manifest = manifest;
        Inference = inference;
        Outputs = [.. YunetHeads.OutputsOf(manifest)];
    }

    public ModelManifest Manifest { get; }

    public InferenceSession Inference { get; }

    /// <summary>Outputs that are read, in the order they lie in the memory of a context.</summary>
    public IReadOnlyList<HeadOutput> Outputs { get; }

    public RunOptions RunOptions { get; } = new();

    /// <summary>Execution provider that is bound; no other is asked for.</summary>
    public static string ExecutionProvider => "CPU";

    /// <summary>Loads the model and checks that it has the inputs and outputs of its decoder.</summary>
    public static DetectorSession? Open(TrustedModel model, int intraOpThreads, out ModelOutcome outcome)
    {
        RuntimeTelemetry.Disable();
        try
        {
            using var options = new SessionOptions
            {
                // Everything below ALL is about half as fast: only ALL uses the blocked layout.
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                IntraOpNumThreads = intraOpThreads,
                InterOpNumThreads = 1,
                // The arena never shrinks: one large still would hold its memory until the process ends.
                EnableCpuMemArena = false,
                // Without a pattern the runtime takes and gives back dozens of blocks an inference, and the system zeroes their pages anew each time:
                // a tenth of the inference. With it, it is one block.
                EnableMemoryPattern = true,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            var session = new DetectorSession(model.Manifest, new InferenceSession(model.Bytes, options));
            outcome = SessionInterface.Check(session);
            if (outcome == ModelOutcome.Trusted)
            {
                return session;
            }

            session.Dispose();
            return null;
        }
        catch (OnnxRuntimeException)
        {
            outcome = ModelOutcome.NotLoadable;
            return null;
        }
    }

    /// <summary>Numbers in all outputs of a canvas.</summary>
    public int OutputValues(CanvasSize canvas)
    {
        var sum = 0;
        for (var level = 0; level < Manifest.Strides.Count; level++)
        {
            sum += canvas.CellsAt(Manifest.Strides[level]) * YunetHeads.ValuesPerCell;
        }

        return sum;
    }

    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public DetectorContext Rent()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _rented++;
        }

        return _idle.TryTake(out var context) ? context : new DetectorContext(this);
    }

    public void Return(DetectorContext context)
    {
        context.ClearPixels();
        if (_idle.Count < Environment.ProcessorCount)
        {
            _idle.Add(context);
        }
        else
        {
            context.Dispose();
        }

        bool isLast;
        lock (_gate)
        {
            _rented--;
            isLast = _isDisposed && _rented == 0;
        }

        if (isLast)
        {
            Free();
        }
    }

    /// <summary>
    /// Ends inferences that run and frees the model after the last of them: an answer that came too late may still be computed when a node
    /// stops, and native memory freed under it would take the process down.
    /// </summary>
    public void Dispose()
    {
        bool isIdle;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            RunOptions.Terminate = true;
            isIdle = _rented == 0;
        }

        if (isIdle)
        {
            Free();
        }
    }

    private void Free()
    {
        while (_idle.TryTake(out var context))
        {
            context.Dispose();
        }

        RunOptions.Dispose();
        Inference.Dispose();
    }
}
