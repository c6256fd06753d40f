using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Gateway.TestKit;
using Gateway.TestKit.Pki;

namespace Gateway.Server.Tests.Nodes;

/// <summary>One frame of HTTP/2 (RFC 9113 section 4.1).</summary>
internal sealed record Http2Frame(byte Type, byte Flags, int Stream, byte[] Payload);

/// <summary>HTTP/2 by hand on a TLS connection: it ignores every limit the server announces, which no library client does.</summary>
internal sealed class Http2Wire : IAsyncDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Settings = 4;

    /// <summary>The flag of a frame that is the last of its stream.</summary>
    public const byte EndStream = 1;

    private const byte EndHeaders = 4;
    private const int FrameHeadBytes = 9;

    private readonly TcpClient _client = new();
    private readonly ConcurrentQueue<Http2Frame> _frames = new();
    private SslStream? _tls;
    private Task _reading = Task.CompletedTask;

    public IReadOnlyList<Http2Frame> Frames => [.. _frames];

    /// <summary>True when the server ended the connection.</summary>
    public bool IsClosed => _reading.IsCompleted;

    /// <summary>Dials, finishes the handshake as far as the server lets us, and sends the preface.</summary>
    public static async Task<Http2Wire> ConnectAsync(Caller caller, int port, TestProvider server)
    {
        var wire = new Http2Wire();
        await wire._client.ConnectAsync("localhost", port);
        wire._tls = new SslStream(wire._client.GetStream());
        wire._reading = wire.ConverseAsync(caller.Tls(server));
        await Eventually.BeTrueAsync(() => wire.IsClosed || wire.Has(Settings), "the settings of the server, or the end");
        return wire;
    }

    /// <summary>True when the server speaks HTTP/2 with this caller, and not only TLS.</summary>
    public static async Task<bool> AdmitsAsync(Caller caller, int port, TestProvider server)
    {
        await using var wire = await ConnectAsync(caller, port, server);
        return wire.Has(Settings);
    }

    public bool Has(byte type, int? stream = null) => _frames.Any(frame => frame.Type == type && (stream is null || frame.Stream == stream));

    /// <summary>Opens a stream with the head of a gRPC call.</summary>
    public Task CallAsync(int stream, string path, params (string Name, string Value)[] more)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in ((string, string)[])[(":method", "POST"), (":scheme", "https"), (":path", path), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers"), .. more])
        {
            WriteLiteral(block, name, value);
        }

        return WriteFrameAsync(Headers, EndHeaders, stream, block.ToArray());
    }

    public Task SendAsync(int stream, ReadOnlyMemory<byte> data) => WriteFrameAsync(Data, 0, stream, data);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _tls!.DisposeAsync();
    }

    // RFC 7541 section 6.2.2, a literal that is not indexed, without Huffman; lengths in the prefix form of section 5.1.
    private static void WriteLiteral(MemoryStream block, string name, string value)
    {
        block.WriteByte(0);
        foreach (var text in (string[])[name, value])
        {
            var rest = text.Length - 127;
            block.WriteByte((byte)Math.Min(text.Length, 127));
            for (; rest >= 128; rest >>= 7)
            {
                block.WriteByte((byte)(rest | 128));
            }

            if (text.Length >= 127)
            {
                block.WriteByte((byte)rest);
            }

            block.Write(Encoding.ASCII.GetBytes(text));
        }
    }

    private async Task ConverseAsync(SslClientAuthenticationOptions options)
    {
        try
        {
            await _tls!.AuthenticateAsClientAsync(options);
            await _tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
            await WriteFrameAsync(Settings, 0, 0, default);
            var head = new byte[FrameHeadBytes];
            while (await _tls.ReadAtLeastAsync(head, FrameHeadBytes, throwOnEndOfStream: false) == FrameHeadBytes)
            {
                var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
                await _tls.ReadExactlyAsync(payload);
                _frames.Enqueue(new Http2Frame(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload));
            }
        }
        catch (Exception gone) when (gone is IOException or AuthenticationException or ObjectDisposedException)
        {
            // The server refused the handshake or went away: that there is no frame says it.
        }
    }

    /// <summary>Sends any frame, whether the protocol allows it here or not.</summary>
    public async Task WriteFrameAsync(byte type, byte flags, int stream, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[FrameHeadBytes + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsMemory(FrameHeadBytes));
        await _tls!.WriteAsync(frame);
    }
}
