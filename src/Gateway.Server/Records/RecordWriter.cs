using Gateway.Deidentification.Records;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Records;

/// <summary>Writes the records of one stream, one after the other, into the same memory: a frame allocates next to nothing.</summary>
internal sealed class RecordWriter
{
    private readonly Wire.DeidentificationRecord _message = new();
    private readonly Stack<Wire.Region> _regions = new();
    private byte[] _bytes = [];

    /// <summary>The bytes of a record, the same that its message has by itself; they are good until the next record.</summary>
    public ReadOnlyMemory<byte> Write(DeidentificationRecord record)
    {
        foreach (var region in _message.Regions)
        {
            _regions.Push(region);
        }

        RecordMessages.Fill(_message, record, _regions);
        var size = _message.CalculateSize();
        if (_bytes.Length < size)
        {
            _bytes = new byte[2 * size];
        }

        _message.WriteTo(_bytes.AsSpan(0, size));
        return _bytes.AsMemory(0, size);
    }
}
