using System.Buffers.Binary;

namespace Gateway.Deidentification.Video.Nut;

/// <summary>
/// Writes I420 frames with their time stamps as NUT, version 3. Headers are made anew from size, time base and pixel aspect, so nothing else that
/// the source's headers said can reach the encoder.
/// </summary>
internal sealed class NutWriter(Stream output, NutVideo video)
{
    private const int Version = 3;
    private const int TimestampLsbBits = 7;
    private const int TimestampDistanceMax = 1 << 20;
    private const int MaxDistanceBytes = 32 * 1024;

    /// <summary>All fields of a frame header are written out; the table of frame codes is not used to shorten them.</summary>
    private const NutFlags FrameFlags = NutFlags.Key | NutFlags.CodedTimestamp | NutFlags.SizeMsb | NutFlags.Checksum;

    private readonly NutPacket _head = new();
    private readonly NutPacket _body = new();
    private long _lastSyncpointAt;
    private long _position;

    /// <summary>Writes the headers; once, before any frame.</summary>
    public void WriteHeaders()
    {
        Write(NutCode.FileId);
        WritePacket(NutCode.Main, WriteMain);
        WritePacket(NutCode.Stream, WriteStream);
    }

    /// <summary>Writes a frame behind a syncpoint of its own: a raw frame is longer than the distance that syncpoints may have.</summary>
    /// <param name="timestamp">Time stamp in units of the time base, 0 or more.</param>
    /// <param name="frame">The bytes of the frame.</param>
    public void WriteFrame(long timestamp, ReadOnlySpan<byte> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestamp);
        var backBytes = _position - _lastSyncpointAt;
        _lastSyncpointAt = _position;
        WritePacket(NutCode.Syncpoint, packet => packet.Number((ulong)timestamp).Number((ulong)backBytes / 16));
        _head.Clear();
        _head.Byte(0).Number((ulong)FrameFlags).Number((ulong)timestamp + (1UL << TimestampLsbBits)).Number((ulong)frame.Length);
        _head.Checksum();
        Write(_head.Written);
        Write(frame);
    }

    private void WriteMain(NutPacket packet)
    {
        packet.Number(Version).Number(1).Number(MaxDistanceBytes);
        packet.Number(1).Number((ulong)video.TimeBase.Numerator).Number((ulong)video.TimeBase.Denominator);

        // One row of the table of frame codes for all codes but 'N': flags, number of fields, time stamp, multiplier, stream, size, reserved,
        // count. Then no elision headers but the empty one.
        packet.Number((ulong)NutFlags.Coded).Number(6).Number(0).Number(1).Number(0).Number(0).Number(0).Number(255).Number(0);
    }

    private void WriteStream(NutPacket packet)
    {
        // Stream 0, class video, its four characters, time base 0; no delay, no flags, no codec data; at the end the colour space, unknown.
        packet.Number(0).Number(0).Number(4).Bytes("I420"u8).Number(0).Number(TimestampLsbBits).Number(TimestampDistanceMax).Number(0).Number(0).Number(0);
        packet.Number((ulong)video.Width).Number((ulong)video.Height);
        packet.Number((ulong)video.SampleAspect.Numerator).Number((ulong)video.SampleAspect.Denominator).Number(0);
    }

    private void WritePacket(ulong startCode, Action<NutPacket> write)
    {
        _body.Clear();
        write(_body);
        _body.Checksum();
        _head.Clear();
        Span<byte> start = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(start, startCode);
        _head.Bytes(start).Number((ulong)_body.Written.Length);
        Write(_head.Written);
        Write(_body.Written);
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _position += bytes.Length;
    }
}
