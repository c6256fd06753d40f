using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Server.Listeners;

/// <summary>
/// Explicit limits of every listener. With the framework's defaults one caller can hold hundreds of megabytes with half-sent messages and
/// connections without number, for ever.
/// </summary>
internal static class KestrelLimits
{
    /// <summary>Largest gRPC message on the peer listener: one sealed message with its frame.</summary>
    public const int PeerMessageBytesMax = 1024 * 1024;

    /// <summary>Largest gRPC message on the backend listener: a still or a frame of 32 MiB, and one somewhat larger that is refused by name.</summary>
    public const int BackendMessageBytesMax = 40 * 1024 * 1024;

    private const int StreamWindowBytes = 4 * 1024 * 1024;
    private const int ConnectionWindowBytes = 8 * 1024 * 1024;
    private const int HeaderBytesMax = 16 * 1024;
    private const int HeaderFieldBytesMax = 8 * 1024;
    private const int HeaderCountMax = 64;
    private const int StreamsMax = 16;
    private const double ResponseBytesPerSecondMin = 16 * 1024;

    public static void Apply(KestrelServerOptions kestrel, int connectionsMax)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = connectionsMax;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        limits.MaxRequestHeaderCount = HeaderCountMax;
        limits.MaxRequestBodySize = null; // a stream has no size; its messages have
        limits.MinResponseDataRate = new MinDataRate(ResponseBytesPerSecondMin, TimeSpan.FromSeconds(10));
        limits.Http2.MaxStreamsPerConnection = StreamsMax;
        limits.Http2.InitialStreamWindowSize = StreamWindowBytes;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        limits.Http2.MaxRequestHeaderFieldSize = HeaderFieldBytesMax;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
    }
}
