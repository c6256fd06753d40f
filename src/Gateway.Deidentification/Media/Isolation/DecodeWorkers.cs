using System.Collections.Concurrent;
using System.ComponentModel;
using Gateway.Deidentification.Media.Containers;
using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>
/// Decodes pictures in processes that may die of them (D-33). A picture that crashes its decoder, or makes it run or grow beyond its limits, costs that
/// process and is refused; the next picture gets another. Processes are started when they are needed first and then kept.
/// </summary>
public sealed class DecodeWorkers : IPictureDecoder, IDisposable
{
    private readonly DecodeWorkerOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _slots;
    private readonly ConcurrentBag<WorkerProcess> _idle = [];
    private readonly ConcurrentDictionary<int, WorkerProcess> _busy = [];
    private volatile bool _isOver;

    /// <summary>Makes a set of workers; none is started yet.</summary>
    public DecodeWorkers(DecodeWorkerOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WorkersMax, 1, nameof(options));
        (_options, _logger, _slots) = (options, logger, new SemaphoreSlim(options.WorkersMax));
    }

    /// <summary>Process ids of workers that are decoding now.</summary>
    public IReadOnlyCollection<int> BusyProcesses => [.. _busy.Keys];

    MediaOutcome IPictureDecoder.Decode(ScrubbedBuffer file, PixelImage image)
    {
        _slots.Wait();
        try
        {
            return Start() is { } worker ? Decode(worker, file, image) : MediaOutcome.DecoderFailed;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Ends all workers. Pictures that are being decoded are refused.</summary>
    public void Dispose()
    {
        _isOver = true;
        foreach (var worker in _busy.Values)
        {
            worker.Dispose();
        }

        while (_idle.TryTake(out var worker))
        {
            worker.Dispose();
        }
    }

    private MediaOutcome Decode(WorkerProcess worker, ScrubbedBuffer file, PixelImage image)
    {
        var id = worker.Id;
        _busy[id] = worker;
        try
        {
            var outcome = worker.Decode(file, image);
            _busy.TryRemove(id, out _);
            Keep(worker);
            return outcome;
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            _busy.TryRemove(id, out _);
            worker.Dispose();
            image.Bytes.Clear();
            Log.WorkerLost(_logger);
            return MediaOutcome.DecoderFailed;
        }
    }

    private void Keep(WorkerProcess worker)
    {
        _idle.Add(worker);
        if (_isOver && _idle.TryTake(out var late))
        {
            late.Dispose();
        }
    }

    private WorkerProcess? Start()
    {
        if (_idle.TryTake(out var idle))
        {
            return idle;
        }

        if (_isOver)
        {
            return null;
        }

        try
        {
            return WorkerProcess.Start(_options);
        }
        catch (Exception unable) when (unable is IOException or Win32Exception)
        {
            Log.WorkerNotStarted(_logger, unable.GetType().Name);
            return null;
        }
    }
}
