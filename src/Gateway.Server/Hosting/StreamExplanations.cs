using System.Collections.Concurrent;
using Gateway.Deidentification.Records;
using Gateway.Sealing.Certificates;

namespace Gateway.Server.Hosting;

/// <summary>The latest records of the streams that are open, for the backends that opened them. Nothing is kept of a stream that is over.</summary>
internal sealed class StreamExplanations
{
    /// <summary>Frames of a stream that can be asked about.</summary>
    public const int FramesMax = 128;

    private readonly ConcurrentDictionary<UInt128, Kept> _open = [];

    /// <summary>Keeps records of a stream until disposed.</summary>
    public Kept Open(ReadOnlyMemory<byte> streamHandle, GatewayUri? owner)
    {
        var handle = KeyOf(streamHandle.Span);
        var kept = new Kept(owner, () => _open.TryRemove(handle, out _));
        _open[handle] = kept;
        return kept;
    }

    /// <summary>The record of a frame, or null: who asks for a stream of another backend learns no more than that.</summary>
    public DeidentificationRecord? Find(ReadOnlySpan<byte> streamHandle, ulong number, GatewayUri? caller) =>
        streamHandle.Length == 16 && caller is not null && _open.TryGetValue(KeyOf(streamHandle), out var kept) && kept.Owner == caller ? kept.Find(number) : null;

    private static UInt128 KeyOf(ReadOnlySpan<byte> handle) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(handle);

    /// <summary>The latest records of one stream.</summary>
    internal sealed class Kept(GatewayUri? owner, Action close) : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly DeidentificationRecord?[] _records = new DeidentificationRecord?[FramesMax];
        private int _next;

        public GatewayUri? Owner => owner;

        public void Add(DeidentificationRecord record)
        {
            lock (_gate)
            {
                _records[_next] = record;
                _next = (_next + 1) % FramesMax;
            }
        }

        public DeidentificationRecord? Find(ulong number)
        {
            lock (_gate)
            {
                return Array.Find(_records, record => record?.FrameNumber == number);
            }
        }

        public void Dispose() => close();
    }
}
