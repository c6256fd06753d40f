using System.Security.Cryptography;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>The coded data of a scan without stuffed bytes and restart markers (T.81 B.1.1.5), and where each restart interval begins.</summary>
internal sealed class EntropyData
{
    /// <summary>
    /// Zeros behind the data. An MCU takes at most 10 × 64 codes of 27 bits; positions are checked after each, so a read never leaves these.
    /// </summary>
    public const int PaddingBytes = 4096;

    /// <summary>A longer buffer is not kept for the next file: a small picture may come with any amount of data.</summary>
    private const int IdleBytesMax = 4 * 1024 * 1024;

    private byte[] _bytes = new byte[PaddingBytes];
    private int[] _starts = new int[16];
    private int _length;

    /// <summary>The data and the zeros behind it.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length + PaddingBytes);

    /// <summary>Bytes of data.</summary>
    public int Length => _length;

    /// <summary>Restart intervals; 1 where there are no markers.</summary>
    public int SegmentCount { get; private set; }

    /// <summary>First byte of an interval.</summary>
    public int StartOf(int segment) => _starts[segment];

    /// <summary>Byte after the last of an interval.</summary>
    public int EndOf(int segment) => segment + 1 < SegmentCount ? _starts[segment + 1] : _length;

    /// <summary>Takes a scan apart. False where a marker is not the one that must come next.</summary>
    public bool TryRead(ReadOnlySpan<byte> scan)
    {
        Grow(scan.Length);
        (_length, SegmentCount) = (0, 0);
        Begin();
        var isWhole = true;
        while (isWhole && !scan.IsEmpty)
        {
            var at = scan.IndexOf((byte)0xFF);
            var run = at < 0 ? scan : scan[..at];
            run.CopyTo(_bytes.AsSpan(_length));
            _length += run.Length;
            scan = at < 0 ? default : scan[at..];
            isWhole = scan.IsEmpty || TryReadMarker(ref scan);
        }

        _bytes.AsSpan(_length, PaddingBytes).Clear();
        return isWhole;
    }

    /// <summary>Zeroes what was read: it is the original picture.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_bytes.AsSpan(0, _length));
        (_length, SegmentCount) = (0, 0);
        if (_bytes.Length > IdleBytesMax)
        {
            (_bytes, _starts) = (new byte[PaddingBytes], new int[16]);
        }
    }

    private bool TryReadMarker(ref ReadOnlySpan<byte> scan)
    {
        if (scan.Length < 2)
        {
            // A fill byte before EOI.
            scan = default;
            return true;
        }

        var code = scan[1];
        if (code == 0)
        {
            _bytes[_length++] = 0xFF;
            scan = scan[2..];
            return true;
        }

        // Fill bytes may stand before a marker, but not before a stuffed zero: decoders do not agree on what that is.
        if (code == 0xFF)
        {
            scan = scan[1..];
            return scan.Length < 2 || scan[1] != 0;
        }

        scan = scan[2..];
        if (code != JpegMarker.Rst0 + ((SegmentCount - 1) & 7))
        {
            return false;
        }

        Begin();
        return true;
    }

    private void Begin()
    {
        if (SegmentCount == _starts.Length)
        {
            Array.Resize(ref _starts, 2 * SegmentCount);
        }

        _starts[SegmentCount++] = _length;
    }

    private void Grow(int scanBytes)
    {
        if (_bytes.Length < scanBytes + PaddingBytes)
        {
            _bytes = new byte[scanBytes + (scanBytes / 4) + PaddingBytes];
        }
    }
}
