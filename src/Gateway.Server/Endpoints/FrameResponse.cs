using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>
/// What the node sends on a stream, as <see cref="Wire.DeidentifyStreamResponse"/>: a de-identified frame, written from where it lies in memory,
/// or any other message. One object serves a whole stream: the framework writes it before the write is over.
/// </summary>
internal sealed class FrameResponse
{
    private const byte FrameTag = (Wire.DeidentifyStreamResponse.FrameFieldNumber << 3) | (byte)WireFormat.WireType.LengthDelimited;
    private const byte NumberTag = (Wire.DeidentifiedFrame.NumberFieldNumber << 3) | (byte)WireFormat.WireType.Varint;
    private const byte TimestampTag = (Wire.DeidentifiedFrame.TimestampFieldNumber << 3) | (byte)WireFormat.WireType.Varint;
    private const byte DataTag = (Wire.DeidentifiedFrame.DataFieldNumber << 3) | (byte)WireFormat.WireType.LengthDelimited;
    private const byte RecordTag = (Wire.DeidentifiedFrame.RecordFieldNumber << 3) | (byte)WireFormat.WireType.LengthDelimited;

    /// <summary>Tags and numbers before the data: three tags of one byte, a length, two numbers of at most ten bytes, a length.</summary>
    private const int HeadBytesMax = 3 + 5 + 10 + 10 + 1 + 5;

    private Wire.DeidentifyStreamResponse? _other;
    private ulong _number;
    private long _timestamp;
    private ReadOnlyMemory<byte> _data;
    private ReadOnlyMemory<byte> _record;

    /// <summary>Writes what the node sends; reading it is the client's.</summary>
    public static Marshaller<FrameResponse> Marshaller { get; } = Marshallers.Create<FrameResponse>(
        static (response, context) => response.Write(context), static _ => throw new NotSupportedException());

    /// <summary>Makes it a de-identified frame; the memory must stay as it is until the message was written.</summary>
    public FrameResponse SetFrame(ulong number, long timestamp, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> record)
    {
        (_other, _number, _timestamp, _data, _record) = (null, number, timestamp, data, record);
        return this;
    }

    /// <summary>Makes it any other message.</summary>
    public FrameResponse Set(Wire.DeidentifyStreamResponse other)
    {
        (_other, _data, _record) = (other, default, default);
        return this;
    }

    private void Write(SerializationContext context)
    {
        if (_other is not null)
        {
            context.SetPayloadLength(_other.CalculateSize());
            _other.WriteTo(context.GetBufferWriter());
            context.Complete();
            return;
        }

        // Fields in the order of their numbers, nothing for what is empty: byte for byte what the generated message writes.
        Span<byte> recordHead = stackalloc byte[1 + 5];
        recordHead = recordHead[..WriteLength(recordHead, RecordTag, _record.Length)];
        Span<byte> fields = stackalloc byte[HeadBytesMax];
        var at = _number == 0 ? 0 : WriteNumber(fields, NumberTag, _number);
        at += _timestamp == 0 ? 0 : WriteNumber(fields[at..], TimestampTag, (ulong)_timestamp);
        at += WriteLength(fields[at..], DataTag, _data.Length);
        Span<byte> head = stackalloc byte[1 + 5];
        head = head[..WriteNumber(head, FrameTag, (ulong)(at + _data.Length + recordHead.Length + _record.Length))];

        context.SetPayloadLength(checked(head.Length + at + _data.Length + recordHead.Length + _record.Length));
        var writer = context.GetBufferWriter();
        writer.Write(head);
        writer.Write(fields[..at]);
        writer.Write(_data.Span);
        writer.Write(recordHead);
        writer.Write(_record.Span);
        context.Complete();
    }

    private static int WriteLength(Span<byte> target, byte tag, int length) => length == 0 ? 0 : WriteNumber(target, tag, (ulong)length);

    private static int WriteNumber(Span<byte> target, byte tag, ulong value)
    {
        target[0] = tag;
        var at = 1;
        for (; value >= 0x80; value >>= 7)
        {
            target[at++] = (byte)(value | 0x80);
        }

        target[at++] = (byte)value;
        return at;
    }
}
