using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Video.Nut;

/// <summary>
/// Reads I420 frames with their time stamps from the NUT pipe of a decoder process. That process has read hostile media, so its output is hostile,
/// too: every length has a bound, a frame has exactly the bytes that its size asks for, and whatever else comes ends the stream.
/// </summary>
/// <remarks>Checksums are not looked at: a pipe does not lose bytes, and who could forge frames could forge these.</remarks>
internal sealed class NutReader(Stream pipe)
{
    private const int HeaderBytesMax = 64 * 1024;
    private const int TimeBasesMax = 8;
    private const int SkippedPacketsMax = 1_000;
    private const int LsbBitsMax = 20;
    private const int ElidedHeadersMax = 127;
    private const int ElidedBytesMax = 256;

    /// <summary>Largest time stamp: more than two thousand years in microseconds, and sums of them fit into 128 bits.</summary>
    private const long TimestampMax = 1L << 56;

    private readonly NutInput _input = new(pipe);
    private NutFrameCode[] _codes = [];

    /// <summary>First bytes that frames have in common, left out of those frames that name them.</summary>
    private byte[][] _elided = [];
    private Fraction[] _timeBases = [];
    private int _timeBase;
    private int _lsbBits;
    private int _frameBytes;
    private long _lastTimestamp;
    private NutVideo? _video;

    /// <summary>Reads up to the header of the stream.</summary>
    /// <exception cref="InvalidDataException">It is no NUT with one I420 stream.</exception>
    public NutVideo ReadHeaders()
    {
        Span<byte> id = stackalloc byte[NutCode.FileId.Length];
        _input.Read(id);
        if (!id.SequenceEqual(NutCode.FileId))
        {
            throw new InvalidDataException("the pipe carries no NUT");
        }

        for (var packets = 0; _video is null; packets++)
        {
            if (_input.Byte() != NutCode.StartByte || packets > SkippedPacketsMax)
            {
                throw new InvalidDataException("a frame came before the headers");
            }

            ReadPacket();
        }

        return _video.Value;
    }

    /// <summary>Reads the next frame.</summary>
    /// <param name="frame">Room for exactly one frame.</param>
    /// <param name="timestamp">Its time stamp in units of the time base.</param>
    /// <returns>False at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">The pipe ended inside a frame, or what it carries is no frame of this stream.</exception>
    public bool ReadFrame(Span<byte> frame, out long timestamp)
    {
        timestamp = 0;
        for (var packets = 0; packets <= SkippedPacketsMax; packets++)
        {
            var code = _input.ByteOrEnd();
            if (code < 0)
            {
                return false;
            }

            if (code != NutCode.StartByte)
            {
                timestamp = ReadFrameHeader(_codes[code], out var elided);
                elided.CopyTo(frame);
                _input.Read(frame[elided.Length.._frameBytes]);
                return true;
            }

            ReadPacket();
        }

        throw new InvalidDataException("there is no end of headers between frames");
    }

    /// <summary>Zeroes what is buffered.</summary>
    public void Clear() => _input.Clear();

    private void ReadPacket()
    {
        var startCode = _input.StartCodeAfter(NutCode.StartByte);
        var length = _input.NumberUpTo(HeaderBytesMax);
        if (length > NutCode.HeaderChecksumAbove)
        {
            _input.UInt32();
        }

        var end = _input.Position + length;
        switch (startCode)
        {
            case NutCode.Main when _codes.Length == 0:
                ReadMain();
                break;
            case NutCode.Stream when _video is null:
                ReadStream();
                break;
            case NutCode.Main or NutCode.Stream:
                // Written again now and then for readers who came late. What they say was said; what they might say else is not believed.
                break;
            case NutCode.Syncpoint:
                ReadSyncpoint();
                break;
            case NutCode.Info or NutCode.Index:
                break;
            default:
                throw new InvalidDataException("an unknown packet");
        }

        if (_input.Position > end)
        {
            throw new InvalidDataException("a packet is shorter than what it holds");
        }

        _input.Skip(end - _input.Position);
    }

    private void ReadMain()
    {
        var version = _input.NumberUpTo(4);
        _input.SkipNumbers(version > 3 ? 1 : 0);
        if (_input.NumberUpTo(int.MaxValue) != 1)
        {
            throw new InvalidDataException("there is not exactly one stream");
        }

        _input.Number();
        _timeBases = new Fraction[_input.NumberUpTo(TimeBasesMax)];
        for (var index = 0; index < _timeBases.Length; index++)
        {
            _timeBases[index] = new Fraction(_input.NumberUpTo(int.MaxValue), _input.NumberUpTo(int.MaxValue));
        }

        _codes = NutFrameCode.ReadTable(_input);
        _elided = new byte[_input.NumberUpTo(ElidedHeadersMax) + 1][];
        _elided[0] = [];
        for (var index = 1; index < _elided.Length; index++)
        {
            _elided[index] = new byte[_input.NumberUpTo(ElidedBytesMax)];
            _input.Read(_elided[index]);
        }
    }

    private void ReadStream()
    {
        if (_input.NumberUpTo(0) != 0 || _input.NumberUpTo(3) != 0 || _input.NumberUpTo(4) != 4)
        {
            throw new InvalidDataException("there is not exactly one video stream");
        }

        Span<byte> fourCharacters = stackalloc byte[4];
        _input.Read(fourCharacters);
        _timeBase = _input.NumberUpTo(_timeBases.Length - 1);
        _lsbBits = _input.NumberUpTo(LsbBitsMax);
        _input.SkipNumbers(3);
        _input.Skip(_input.NumberUpTo(HeaderBytesMax));
        var (width, height) = (_input.NumberUpTo(ushort.MaxValue), _input.NumberUpTo(ushort.MaxValue));
        var aspect = new Fraction(_input.NumberUpTo(int.MaxValue), _input.NumberUpTo(int.MaxValue));
        var timeBase = _timeBases[_timeBase];
        if (!fourCharacters.SequenceEqual("I420"u8) || width == 0 || height == 0 || timeBase.Numerator == 0 || timeBase.Denominator == 0)
        {
            throw new InvalidDataException("the frames are not I420, or have no size or no time base");
        }

        _video = new NutVideo(width, height, timeBase, aspect);
        _frameBytes = PixelImage.LengthOf(PixelLayout.I420, width, height);
    }

    /// <summary>A syncpoint sets the time stamp that the next frame's low bits refer to.</summary>
    private void ReadSyncpoint()
    {
        if (_video is null)
        {
            throw new InvalidDataException("a syncpoint came before the headers");
        }

        var coded = _input.Number();
        var (unit, ticks) = ((int)(coded % (ulong)_timeBases.Length), coded / (ulong)_timeBases.Length);
        var (from, to) = (_timeBases[unit], _timeBases[_timeBase]);
        var scaled = (Int128)ticks * from.Numerator * to.Denominator / Int128.Max(1, (Int128)from.Denominator * to.Numerator);
        _lastTimestamp = scaled <= long.MaxValue ? (long)scaled : throw new InvalidDataException("a time stamp is out of its range");
    }

    private long ReadFrameHeader(NutFrameCode code, out ReadOnlySpan<byte> elided)
    {
        var flags = code.Flags;
        if (flags.HasFlag(NutFlags.Coded))
        {
            flags ^= (NutFlags)_input.NumberUpTo(int.MaxValue);
        }

        if ((flags & (NutFlags.Invalid | NutFlags.SideData)) != 0 || _video is null)
        {
            throw new InvalidDataException("a frame of an unknown kind");
        }

        var stream = flags.HasFlag(NutFlags.StreamId) ? _input.Number() : code.Stream;
        var timestamp = flags.HasFlag(NutFlags.CodedTimestamp) ? FullTimestamp(_input.Number()) : _lastTimestamp + code.TimestampDelta;
        var size = code.SizeLsb + (flags.HasFlag(NutFlags.SizeMsb) ? code.SizeMultiplier * (ulong)_input.NumberUpTo(int.MaxValue) : 0);
        if (flags.HasFlag(NutFlags.MatchTime))
        {
            _input.Signed();
        }

        var header = flags.HasFlag(NutFlags.HeaderIndex) ? _input.NumberUpTo(int.MaxValue) : code.HeaderIndex;
        _input.SkipNumbers(flags.HasFlag(NutFlags.Reserved) ? _input.NumberUpTo(HeaderBytesMax) : code.ReservedCount);
        if (flags.HasFlag(NutFlags.Checksum))
        {
            _input.UInt32();
        }

        if (stream != 0 || header >= _elided.Length || size != (ulong)_frameBytes || _elided[header].Length > _frameBytes)
        {
            throw new InvalidDataException("a frame has another size than the stream");
        }

        if (timestamp is < 0 or > TimestampMax)
        {
            throw new InvalidDataException("a time stamp lies before 0 or is absurdly late; re-encode the file so that it begins at 0");
        }

        elided = _elided[header];

        return _lastTimestamp = timestamp;
    }

    /// <summary>Small numbers are the low bits of the time stamp nearest to the last one; others are whole, shifted up by the range of these.</summary>
    private long FullTimestamp(ulong coded)
    {
        var range = 1L << _lsbBits;
        if (coded >= (ulong)range)
        {
            return (long)coded - range;
        }

        var delta = _lastTimestamp - (range / 2);
        return (((long)coded - delta) & (range - 1)) + delta;
    }
}
