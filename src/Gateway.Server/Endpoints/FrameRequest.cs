using System.Buffers;
using Gateway.Deidentification.Pipeline;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>
/// What a client sends on a stream, as <see cref="Wire.DeidentifyStreamRequest"/>: an opening, a frame, or neither. A frame's bytes are in
/// pooled memory that belongs to whoever took the message.
/// </summary>
internal sealed class FrameRequest
{
    private const int FrameTag = (Wire.DeidentifyStreamRequest.FrameFieldNumber << 3) | (int)WireFormat.WireType.LengthDelimited;
    private const int NumberTag = (Wire.Frame.NumberFieldNumber << 3) | (int)WireFormat.WireType.Varint;
    private const int TimestampTag = (Wire.Frame.TimestampFieldNumber << 3) | (int)WireFormat.WireType.Varint;
    private const int DataTag = (Wire.Frame.DataFieldNumber << 3) | (int)WireFormat.WireType.LengthDelimited;

    /// <summary>Reads what clients send; the other direction is the client's and not needed here.</summary>
    public static Marshaller<FrameRequest> Marshaller { get; } = Marshallers.Create<FrameRequest>(
        static (_, _) => throw new NotSupportedException(), static context => Parse(context.PayloadAsReadOnlySequence()));

    /// <summary>The opening, where it is one.</summary>
    public Wire.OpenStream? Open { get; private init; }

    /// <summary>The bytes of the frame, where it is one.</summary>
    public FrameBuffer? Data { get; private init; }

    /// <summary>Number of the frame.</summary>
    public ulong Number { get; private init; }

    /// <summary>Time stamp of the frame.</summary>
    public long Timestamp { get; private init; }

    /// <summary>
    /// Reads a message. A frame in the form that every encoder writes is read here; anything else (an opening, fields twice, fields unknown,
    /// bytes that are no message) is left to the generated parser, so that both agree by construction.
    /// </summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no message.</exception>
    public static FrameRequest Parse(in ReadOnlySequence<byte> payload)
    {
        if (TryParseFrame(payload, out var frame))
        {
            return frame;
        }

        var message = Wire.DeidentifyStreamRequest.Parser.ParseFrom(payload);
        return message.Frame is { } parsed
            ? new FrameRequest { Number = parsed.Number, Timestamp = parsed.Timestamp, Data = FrameBuffer.CopyOf(parsed.Data.Span) }
            : new FrameRequest { Open = message.Open };
    }

    /// <summary>Reads one frame field that fills the message and has each of its three fields at most once.</summary>
    private static bool TryParseFrame(in ReadOnlySequence<byte> payload, out FrameRequest frame)
    {
        frame = null!;
        var reader = new SequenceReader<byte>(payload);
        if (!TryReadVarint(ref reader, out var tag) || tag != FrameTag || !TryReadVarint(ref reader, out var length) || length != (ulong)reader.Remaining)
        {
            return false;
        }

        var (number, timestamp) = ((ulong?)null, (ulong?)null);
        ReadOnlySequence<byte>? data = null;
        while (!reader.End)
        {
            if (!TryReadVarint(ref reader, out tag) || !TryReadVarint(ref reader, out var value))
            {
                return false;
            }

            switch (tag)
            {
                case NumberTag when number is null:
                    number = value;
                    break;
                case TimestampTag when timestamp is null:
                    timestamp = value;
                    break;
                case DataTag when data is null && value <= (ulong)reader.Remaining:
                    data = reader.UnreadSequence.Slice(0, (long)value);
                    reader.Advance((long)value);
                    break;
                default:
                    return false;
            }
        }

        var bytes = data ?? ReadOnlySequence<byte>.Empty;
        var buffer = FrameBuffer.Rent(checked((int)bytes.Length));
        bytes.CopyTo(buffer.Bytes);
        frame = new FrameRequest { Number = number ?? 0, Timestamp = (long)(timestamp ?? 0), Data = buffer };
        return true;
    }

    /// <summary>Reads a number of at most ten bytes of seven bits; what does not fit in 64 bits is left to the generated parser.</summary>
    private static bool TryReadVarint(ref SequenceReader<byte> reader, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!reader.TryRead(out var next) || (shift == 63 && next > 1))
            {
                return false;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }
}
