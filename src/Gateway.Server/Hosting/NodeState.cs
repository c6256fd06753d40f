using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>What the endpoints of a node share and an operator may ask for.</summary>
internal sealed class NodeState(DeidentificationSettings settings, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _streams = new(settings.StreamsMax);
    private readonly SemaphoreSlim _images = new(settings.ImagesMax);
    private readonly long _startedAt = time.GetTimestamp();

    /// <summary>The media half, or null when its model could not be used.</summary>
    public MediaEngine? Media { get; set; }

    /// <summary>What keeps the node from being ready, as found at start.</summary>
    public IReadOnlyList<Finding> Findings { get; set; } = [];

    /// <summary>What can be told about frames of open streams.</summary>
    public StreamExplanations Explanations { get; } = new();

    public TimeSpan Uptime => time.GetElapsedTime(_startedAt);

    public bool IsReady => Findings.Count == 0 && Media is { IsReady: true };

    /// <summary>A place for one more stream, given back when disposed; null when all are taken.</summary>
    public IDisposable? TakeStreamPlace() => _streams.Wait(0) ? new Place(_streams) : null;

    /// <summary>A place for one more still image, given back when disposed; null when all are taken.</summary>
    public IDisposable? TakeImagePlace() => _images.Wait(0) ? new Place(_images) : null;

    public void Dispose()
    {
        Media?.Dispose();
        _streams.Dispose();
        _images.Dispose();
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                places.Release();
            }
        }
    }
}
