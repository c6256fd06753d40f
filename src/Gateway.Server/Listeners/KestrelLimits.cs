using Gateway.Server.Configuration;
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
    private const double ResponseBytesPerSecondMin = 16 * 1024;

    /// <param name="kestrel">The listener's server.</param>
    /// <param name="connectionsMax">Connections of all callers together.</param>
    /// <param name="limits">Times and numbers; their defaults serve the other listeners as well.</param>
    public static void Apply(KestrelServerOptions kestrel, int connectionsMax, PeerLimitSettings limits)
    {
        kestrel.AddServerHeader = false;
        var all = kestrel.Limits;
        all.MaxConcurrentConnections = connectionsMax;
        all.KeepAliveTimeout = limits.IdleTimeout;
        all.RequestHeadersTimeout = limits.HeadersTimeout;
        all.MaxRequestHeadersTotalSize = HeaderBytesMax;
        all.MaxRequestHeaderCount = HeaderCountMax;
        all.MaxRequestBodySize = null; // a stream has no size; its messages have
        all.MinResponseDataRate = new MinDataRate(ResponseBytesPerSecondMin, TimeSpan.FromSeconds(10));
        all.Http2.MaxStreamsPerConnection = limits.StreamsPerConnectionMax;
        all.Http2.InitialStreamWindowSize = StreamWindowBytes;
        all.Http2.InitialConnectionWindowSize = ConnectionWindowBytes;
        all.Http2.MaxRequestHeaderFieldSize = HeaderFieldBytesMax;
        all.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        all.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
    }
}
