using System.Diagnostics.CodeAnalysis;
using Gateway.Contracts.Exchange.V1;
using Google.Protobuf;

namespace Gateway.Exchange.Inbox;

/// <summary>
/// Reads protobuf that was signed, in its one plain encoding: a field nobody knows, a field twice or in another order is refused. What no
/// clause looks at must not travel along (requirement R6).
/// </summary>
internal static class BatchContent
{
    private static readonly MessageParser<MappingBatch> Batches = MappingBatch.Parser.WithDiscardUnknownFields(true);
    private static readonly MessageParser<IdentificationMapping> Mappings = IdentificationMapping.Parser.WithDiscardUnknownFields(true);

    public static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out MappingBatch? batch) => TryRead(bytes, Batches, out batch);

    public static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out IdentificationMapping? mapping) => TryRead(bytes, Mappings, out mapping);

    private static bool TryRead<T>(ReadOnlyMemory<byte> bytes, MessageParser<T> parser, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        message = null;
        try
        {
            var read = parser.ParseFrom(bytes.Span);
            message = read.CalculateSize() == bytes.Length && read.ToByteArray().AsSpan().SequenceEqual(bytes.Span) ? read : null;
        }
        catch (InvalidProtocolBufferException)
        {
            // Not protobuf: the same answer as protobuf nobody agreed on.
        }

        return message is not null;
    }
}
