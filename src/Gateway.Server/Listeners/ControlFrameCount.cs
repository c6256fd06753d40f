using System.Buffers;

namespace Gateway.Server.Listeners;

/// <summary>
/// Follows the frames of HTTP/2 (RFC 9113 section 4.1) through what a peer sends and counts those that carry no message: everything but DATA
/// with content and HEADERS. It reads nine bytes of each frame and none of its content.
/// </summary>
internal sealed class ControlFrameCount(int perSecondMax, TimeProvider time, Action exceeded)
{
    private const int PrefaceBytes = 24; // RFC 9113 section 3.4
    private const int HeadBytes = 9;
    private const int TypeAt = 3;
    private const byte Data = 0;
    private const byte Headers = 1;

    private readonly byte[] _head = new byte[HeadBytes];
    private long _toSkip = PrefaceBytes;
    private int _headBytes;
    private int _count;
    private long _since = time.GetTimestamp();
    private bool _isOver;

    public void Follow(ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            Follow(segment.Span);
        }
    }

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isOver)
        {
            if (_toSkip > 0)
            {
                var skipped = (int)Math.Min(_toSkip, bytes.Length);
                _toSkip -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            var taken = Math.Min(HeadBytes - _headBytes, bytes.Length);
            bytes[..taken].CopyTo(_head.AsSpan(_headBytes));
            _headBytes += taken;
            bytes = bytes[taken..];
            if (_headBytes == HeadBytes)
            {
                Count();
            }
        }
    }

    private void Count()
    {
        _headBytes = 0;
        _toSkip = (_head[0] << 16) | (_head[1] << 8) | _head[2];
        var carriesMessage = _head[TypeAt] == Headers || (_head[TypeAt] == Data && _toSkip > 0);
        if (carriesMessage)
        {
            return;
        }

        if (time.GetElapsedTime(_since) > TimeSpan.FromSeconds(1))
        {
            (_count, _since) = (0, time.GetTimestamp());
        }

        if (++_count > perSecondMax)
        {
            _isOver = true;
            exceeded();
        }
    }
}
