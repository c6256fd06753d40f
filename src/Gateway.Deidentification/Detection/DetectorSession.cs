using System.Collections.Concurrent;
using Gateway.Deidentification.Detection.Decoders;
using Gateway.Deidentification.Models;
using Microsoft.ML.OnnxRuntime;

namespace Gateway.Deidentification.Detection;

/// <summary>The one loaded copy of a model in the process, and the contexts that run it.</summary>
internal sealed class DetectorSession : IDisposable
{
    /// <summary>Candidates of one image before duplicates are dropped; more is saturation.</summary>
    public const int CandidatesMax = 16384;

    private const int ShrinkEveryMs = 10_000;

    private readonly ConcurrentBag<DetectorContext> _idle = [];
    private readonly RunOptions _runOptions = new();
    private readonly RunOptions _shrinkingRunOptions = new();
    private long _shrunkAt = Environment.TickCount64;
    private readonly Lock _gate = new();
    private int _rented;
    private bool _isDisposed;

    private DetectorSession(ModelManifest manifest, InferenceSession inference)
    {
        Manifest = manifest;
        Inference = inference;
        Decoder = OutputDecoders.For(manifest);
        _shrinkingRunOptions.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
    }

    public ModelManifest Manifest { get; }

    public InferenceSession Inference { get; }

    /// <summary>Knows the outputs. What they hold is read by a decoder of each context.</summary>
    public IOutputDecoder Decoder { get; }

    /// <summary>
    /// Options of the run that begins now. Every ten seconds they make the runtime give back what it does not use: by itself its arena never
    /// shrinks, and one large still would hold its memory until the process ends. The canary of a node runs as often, with or without frames.
    /// </summary>
    public RunOptions RunOptionsNow
    {
        get
        {
            var (now, last) = (Environment.TickCount64, Interlocked.Read(ref _shrunkAt));
            var isDue = now - last >= ShrinkEveryMs && Interlocked.CompareExchange(ref _shrunkAt, now, last) == last;
            return isDue ? _shrinkingRunOptions : _runOptions;
        }
    }

    /// <summary>Execution provider that is bound; no other is asked for.</summary>
    public static string ExecutionProvider => "CPU";

    /// <summary>Loads the model and checks that it has the inputs and outputs of its decoder.</summary>
    /// <param name="model">The model.</param>
    /// <param name="intraOpThreads">Threads inside one inference.</param>
    /// <param name="outcome">What became of it.</param>
    /// <param name="findings">What the model has and the manifest does not say, or the reverse; empty when trusted.</param>
    public static DetectorSession? Open(TrustedModel model, int intraOpThreads, out ModelOutcome outcome, out IReadOnlyList<string> findings)
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
                // The system's allocator gives the blocks of an inference back after each one, above all on threads other than the first, and
                // their pages are zeroed anew for the next: up to half of an inference. The arena keeps them; see RunOptionsNow.
                EnableCpuMemArena = true,
                EnableMemoryPattern = true,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            };
            var session = new DetectorSession(model.Manifest, new InferenceSession(model.Bytes, options));
            findings = SessionInterface.Check(session);
            outcome = findings.Count == 0 ? ModelOutcome.Trusted : ModelOutcome.InterfaceMismatch;
            if (outcome == ModelOutcome.Trusted)
            {
                return session;
            }

            session.Dispose();
            return null;
        }
        catch (OnnxRuntimeException)
        {
            (outcome, findings) = (ModelOutcome.NotLoadable, ["the runtime cannot load the file; it is damaged, no ONNX, or of a newer version than the runtime knows"]);
            return null;
        }
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
            _runOptions.Terminate = true;
            _shrinkingRunOptions.Terminate = true;
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

        _runOptions.Dispose();
        _shrinkingRunOptions.Dispose();
        Inference.Dispose();
    }
}
